namespace DeepNotes.Nn.Tests;

public partial class ModuleTests
{
    [Fact]
    public void Tied_parameters_appear_once_among_parameters_and_twice_in_the_state_dict()
    {
        var net = new Net();
        Assert.Single(net.Parameters(), p => ReferenceEquals(p, net.Embed.Weight));
        Assert.DoesNotContain("decode.weight", net.NamedParameters().Select(p => p.Key));
        Assert.Contains("decode.weight", net.StateDict().Keys);
        Assert.Equal(net.Parameters().Sum(p => (long)p.Count), net.ParameterCount);
    }

    [Fact]
    public void Loading_tied_weights_needs_only_one_of_their_keys()
    {
        var net = new Net();
        Dictionary<string, Tensor> state = net.StateDict().ToDictionary(s => s.Key, s => s.Value.Clone());
        state.Remove("embed.weight");
        state["decode.weight"] = Tensor.Full([8, 6], 3);
        Assert.True(net.LoadStateDict(state).IsEmpty);
        Assert.Equal(3, net.Embed.Weight.Detach().ToArray<float>()[0]);
    }

    [Fact]
    public void Strict_loading_names_every_wrong_key_at_once_and_loads_nothing()
    {
        var net = new Net();
        Dictionary<string, Tensor> state = net.StateDict().ToDictionary(s => s.Key, s => s.Value + 1);
        state.Remove("blocks.1.fc_out.weight");
        state.Remove("head.2.bias");
        state["extra.weight"] = Tensor.Zeros([1]);
        state["blocks.0.running_mean"] = Tensor.Zeros([9]);
        state["decode.bias"] = Tensor.Zeros([8, 1]);
        string before = Print(net);

        var error = Assert.Throws<StateDictException>(() => net.LoadStateDict(state));

        Assert.Equal(before, Print(net));
        Assert.Equal(["blocks.1.fc_out.weight", "head.2.bias"], error.Difference.Missing);
        Assert.Equal(["extra.weight"], error.Difference.Unexpected);
        Assert.Equal(["blocks.0.running_mean", "decode.bias"], error.Difference.Misshapen.Select(m => m.Key));
        foreach (string key in (string[])["blocks.1.fc_out.weight", "head.2.bias", "extra.weight", "blocks.0.running_mean is [9] and should be [8]", "decode.bias is [8, 1] and should be [8]"])
            Assert.Contains(key, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lenient_loading_takes_what_fits_and_reports_the_rest()
    {
        var net = new Linear(2, 1);
        StateDictDifference difference = net.LoadStateDict(new Dictionary<string, Tensor> { ["weight"] = Tensor.Full([1, 2], 7), ["other"] = Tensor.Zeros([1]) }, strict: false);
        Assert.Equal(["bias"], difference.Missing);
        Assert.Equal(["other"], difference.Unexpected);
        Assert.Equal([7f, 7f], net.Weight.Detach().ToArray<float>());
        Assert.Throws<StateDictException>(() => net.LoadStateDict(new Dictionary<string, Tensor> { ["weight"] = Tensor.Zeros([2, 2]) }, strict: false));
    }

    [Fact]
    public void Save_and_load_give_back_the_same_numbers()
    {
        string directory = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string file = Path.Combine(directory, "net.safetensors");
            Net first = new(), second = new();
            Assert.NotEqual(Print(first), Print(second));
            first.Save(file);
            Assert.True(second.Load(file).IsEmpty);
            Assert.Equal(Print(first), Print(second));
            Assert.Same(second.Embed.Weight, second.Decode.Weight);
            Tensor x = Tensor.Randn([2, 3, 6]);
            Assert.Equal(first.Forward(x).Detach().ToArray<float>(), second.Forward(x).Detach().ToArray<float>());
            first.Save(file);
            Assert.Equal([file], Directory.GetFiles(directory));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void Train_and_eval_reach_every_module()
    {
        var net = new Sequential(new Dropout(), new Sequential(new Dropout()));
        Assert.All(net.Modules(), m => Assert.True(m.IsTraining));
        net.Eval();
        Assert.All(net.Modules(), m => Assert.False(m.IsTraining));
        Tensor x = Tensor.Ones([100]);
        Assert.Equal(x.ToArray<float>(), net.Forward(x).ToArray<float>());
        net.Train();
        Assert.Contains(0f, net.Forward(x).ToArray<float>());
    }

    [Fact]
    public void Names_of_modules_are_their_paths() => Assert.Equal(
        ["", "norm1", "fc_in", "fc_out", "act"],
        new Block(4, 8).NamedModules().Select(m => m.Key));

    [Fact]
    public void Frozen_module_gets_no_gradients()
    {
        var net = new Sequential(new Linear(2, 3), new Linear(3, 1));
        ((Module)net[0]).Freeze();
        net.Forward(Tensor.Ones([1, 2])).Sum().Backward();
        Assert.All(((Module)net[0]).Parameters(), p => Assert.Null(p.Grad));
        Assert.All(((Module)net[1]).Parameters(), p => Assert.NotNull(p.Grad));
        net.Unfreeze();
        net.ZeroGrad();
        Assert.All(net.Parameters(), p => Assert.True(p.RequiresGrad && p.Grad is null));
    }

    [Fact]
    public void Member_that_points_back_is_named()
    {
        var cycle = new Cycle();
        cycle.Self = cycle;
        var error = Assert.Throws<InvalidOperationException>(() => cycle.Parameters());
        Assert.Contains("'self'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Members_with_one_key_are_named()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new Twins().Parameters());
        Assert.Contains("'fc'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Overridden_member_and_member_of_the_base_class_are_each_visited_once() => Assert.Equal(
        ["body.weight", "tail.weight", "head.attn.weight"],
        new Derived().StateDict().Keys);

    [Fact]
    public void Layer_that_is_no_module_holds_its_place_among_the_keys()
    {
        Sequential net = [new Linear(2, 2), new Doubling(), new Linear(2, 1, bias: false)];
        Assert.Equal(["0.weight", "0.bias", "2.weight"], net.StateDict().Keys);
    }

    [Fact]
    public void Buffer_that_is_not_persistent_is_a_buffer_but_not_saved()
    {
        var masked = new Masked();
        Assert.Equal(["mask"], masked.NamedBuffers().Select(b => b.Key));
        Assert.Empty(masked.StateDict());
    }

    private static string Print(Module module) => string.Join("; ", module.StateDict().Select(s => $"{s.Key} {string.Join(' ', s.Value.ToArray<float>())}"));

    private sealed partial class Cycle : Module
    {
        public Module? Self { get; set; }
    }

    private sealed partial class Twins : Module
    {
        public Linear Fc { get; } = new(1, 1);
        [Key("fc")] public Linear Other { get; } = new(1, 1);
    }

    private partial class Base : Module
    {
        public virtual Linear Body { get; } = new(1, 1);
        public Linear Tail { get; } = new(1, 1, bias: false);
    }

    private sealed partial class Derived : Base
    {
        public override Linear Body { get; } = new(1, 2, bias: false);
        [Key("head.attn")] public Linear Head { get; } = new(1, 1, bias: false);
    }

    private sealed class Doubling : ILayer
    {
        public Tensor Forward(Tensor x) => x * 2;
    }

    private sealed partial class Masked : Module
    {
        [Buffer(Persistent = false)] public Tensor Mask { get; } = Tensor.Ones([2]);
    }
}
