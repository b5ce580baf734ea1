namespace DeepNotes.Nn.Tests;

public sealed partial class ModuleCopyTests
{
    [Fact]
    public void Clone_has_numbers_of_its_own_and_keeps_ties()
    {
        var net = new Net();
        Net copy = net.Clone();
        Assert.Same(copy.Embed.Weight, copy.Decode.Weight);
        Assert.NotSame(net.Embed.Weight, copy.Embed.Weight);
        Tensor x = Tensor.Randn([2, 6], rng: new Rng(1));
        float[] before = net.Forward(x).ToArray<float>();
        Assert.Equal(before, copy.Forward(x).ToArray<float>());
        foreach (Parameter p in copy.Parameters()) Write(p);
        foreach (Tensor b in copy.Buffers()) b.FillInPlace(3);
        Assert.Equal(before, net.Forward(x).ToArray<float>());
        Assert.Equal(net.StateDict().Keys, copy.StateDict().Keys);

        static void Write(Parameter p)
        {
            using (Grad.Off()) p.FillInPlace(2);
        }
    }

    [Fact]
    public void Clone_replaces_members_that_nobody_can_assign()
    {
        var module = new Guarded<Linear>(new Linear(2, 2)) { Name = "kept" };
        Guarded<Linear> copy = module.Clone();
        Assert.Equal("kept", copy.Name);
        Assert.Equal(["scale", "inner.weight", "inner.bias", "second.weight", "second.bias"], copy.StateDict().Keys);
        Assert.All(module.Parameters().Zip(copy.Parameters()), pair => Assert.NotSame(pair.First.Storage, pair.Second.Storage));
        Assert.Same(copy.Children()[0], copy.Inner);
        Assert.NotSame(module.Inner, copy.Inner);
    }

    [Fact]
    public void Clone_of_a_list_shares_nothing_with_it()
    {
        var list = new ModuleList<Linear>(new Linear(1, 1), new Linear(1, 2));
        ModuleList<Linear> copy = list.Clone();
        copy.Add(new Linear(1, 3));
        Assert.Equal(2, list.Count);
        Assert.NotSame(list[0], copy[0]);
        var parameters = new ParameterList(Init.Ones([2]));
        Assert.NotSame(parameters[0], parameters.Clone()[0]);
        var named = new ModuleDict<ILayer> { ["a"] = new Linear(1, 1), ["b"] = new ReLU() };
        ModuleDict<ILayer> twin = named.Clone();
        Assert.Equal(["a.weight", "a.bias"], twin.StateDict().Keys);
        Assert.NotSame(named["a"], twin["a"]);
    }

    [Fact]
    public void Module_that_visits_by_value_says_that_it_cannot_be_cloned()
    {
        var error = Assert.Throws<NotSupportedException>(() => new ByValue().Clone());
        Assert.Contains("'x'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Frozen_parameters_stay_frozen_in_a_clone()
    {
        var layer = new Linear(2, 2);
        layer.Weight.RequiresGrad = false;
        Linear copy = layer.Clone();
        Assert.False(copy.Weight.RequiresGrad);
        Assert.True(copy.Bias!.RequiresGrad);
    }

    [Fact]
    public void Conversion_keeps_the_parameters_that_an_optimizer_holds()
    {
        var net = new Net();
        Parameter weight = net.Embed.Weight;
        Assert.Same(net, net.To(DType.Float64));
        Assert.Same(weight, net.Embed.Weight);
        Assert.Equal(DType.Float64, weight.DType);
        Assert.All(net.Buffers(), b => Assert.Equal(DType.Float64, b.DType));
        net.Forward(Tensor.Randn([2, 6], DType.Float64)).Sum().Backward();
        Assert.Equal(DType.Float64, weight.Grad!.DType);
        net.To(DType.BFloat16);
        Assert.Null(weight.Grad);
        Assert.Throws<DTypeException>(() => net.To(DType.Int32));
        Assert.Same(net, net.To(Device.Cpu));
    }

    [Fact]
    public void Snapshot_serves_many_threads_while_its_original_trains()
    {
        Sequential net = [new Linear(8, 32), new Tanh(), new Dropout(0.5), new Linear(32, 4)];
        Tensor x = Tensor.Randn([5, 8], rng: new Rng(2));
        Sequential snapshot = net.Snapshot();
        Assert.True(snapshot.IsSnapshot && !snapshot.IsTraining && !net.IsSnapshot && net.IsTraining);
        float[] expected = snapshot.Forward(x).ToArray<float>();
        var optimizer = new SGD(net.Parameters(), 0.1);
        var serving = Parallel.For(0, 64, i =>
        {
            if (i % 8 == 0)
            {
                lock (net) optimizer.Step(net.Forward(x).Sum());
            }
            Assert.Equal(expected, snapshot.Forward(x).ToArray<float>());
        });
        Assert.True(serving.IsCompleted);
        Assert.NotEqual(expected, net.Forward(x).ToArray<float>());
    }

    [Theory]
    [InlineData(1, 37, 53)]
    [InlineData(1, 300, 301)]
    [InlineData(5, 37, 53)]
    [InlineData(200, 300, 70)]
    [InlineData(3, 1, 1)]
    [InlineData(2, 500, 33)]
    public void Packed_weights_of_a_snapshot_give_the_same_products(int rows, int inputs, int outputs)
    {
        foreach (DType type in new[] { DType.Float32, DType.Float64 })
        {
            Linear layer = new Linear(inputs, outputs).To(type);
            Linear snapshot = layer.Snapshot();
            Tensor x = Tensor.Randn([rows, inputs], type, new Rng(3));
            for (int i = 0; i < 2; i++)
            {
                Goldens.AssertClose(layer.Forward(x), snapshot.Forward(x), type == DType.Float32 ? 2e-6 : 1e-14, "product");
                Goldens.AssertClose(x.Linear(layer.Weight, null, default(Ops.Relu)), x.Linear(snapshot.Weight, null, default(Ops.Relu)), type == DType.Float32 ? 2e-6 : 1e-14, "activated product");
            }
            Assert.Equal(rows > 1 || inputs * outputs <= 1 << 16, snapshot.Weight.Storage.Packed is not null);
        }
    }

    [Fact]
    public void Snapshot_refuses_changes_and_says_why()
    {
        Sequential snapshot = new Sequential(new Linear(2, 2)).Snapshot();
        foreach (Action change in new Action[]
        {
            snapshot.Train,
            snapshot.Unfreeze,
            () => snapshot.To(DType.Float64),
            () => snapshot.LoadStateDict(new Sequential(new Linear(2, 2)).StateDict()),
            () => snapshot.Parameters()[0].FillInPlace(1),
            () => snapshot.Parameters()[0].AsWritableSpan<float>(),
        })
        {
            Assert.Contains("snapshot", Assert.Throws<InvalidOperationException>(change).Message, StringComparison.Ordinal);
        }
        Assert.All(snapshot.Parameters(), p => Assert.False(p.RequiresGrad));
        Assert.False(snapshot.Clone().Parameters()[0].Storage.IsConstant);
    }

    private sealed partial class Guarded<T>(T inner) : Module where T : Module
    {
        public string Name { get; init; } = "";
        public T Inner { get; } = inner;
        private readonly Linear second = new(1, 1);
        private readonly Parameter scale = Init.Ones([1]);
        public Tensor Use(Tensor x) => second.Forward(x) * scale;
    }

    private sealed class ByValue : Module
    {
        private readonly Linear[] all = [new(1, 1)];

        protected override void VisitMembers(MemberVisitor visitor) => visitor.Child("x", all[0]);
    }
}
