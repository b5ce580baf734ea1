namespace DeepNotes.Nn.Tests;

public class SparseGradientTests
{
    private static readonly Dictionary<string, Func<Parameter, Optimizer>> Configurations = new()
    {
        ["sgd"] = p => new SGD([p], 0.1),
        ["adam"] = p => new Adam([p], 0.05, 0.8, 0.95, 1e-3),
        ["adam_maximize"] = p => new Adam([p], 0.05) { Maximize = true },
        ["adagrad"] = p => new Adagrad([p], 0.1, 0.05, 0, 0.3, 1e-3),
    };

    public static TheoryData<string> Names { get; } = [.. Configurations.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Steps_are_those_of_PyTorch_and_unused_rows_keep_their_bytes(string name)
    {
        var table = new Parameter(Goldens.Optimizers["sparse.table"].Clone());
        var embedding = Embedding.FromPretrained(table, freeze: false, paddingIndex: 2, sparse: true);
        Optimizer optimizer = Configurations[name](embedding.Weight);
        // −0 is changed by any arithmetic that adds 0 to it.
        embedding.Weight.Detach()[7].FillInPlace(-0.0);
        byte[] unused = Bytes(embedding.Weight.Detach()[6..]);
        for (int step = 0; step < 20; step++)
        {
            Tensor places = Goldens.Optimizers["sparse.places"].Select(0, step), factors = Goldens.Optimizers["sparse.factors"].Select(0, step);
            optimizer.Step((embedding.Forward(places[0]) * factors[0]).Sum() + (embedding.Forward(places[1]) * factors[1]).Sum());
            Assert.NotNull(embedding.Weight.SparseGrad);
            Goldens.AssertClose(Goldens.Optimizers[$"sparse.{name}"].Select(0, step)[..7], embedding.Weight.Detach()[..7], 1e-12, $"step {step}");
        }
        Assert.Equal(unused, Bytes(embedding.Weight.Detach()[6..]));
        foreach (var (key, state) in optimizer.StateDict())
        {
            if (state.Rank != 2) continue;
            double start = key.EndsWith(".sum", StringComparison.Ordinal) ? 0.3 : 0;
            Assert.All(state[6..].ToArray<double>(), s => Assert.Equal(start, s));
            Assert.All(state[2].ToArray<double>(), s => Assert.Equal(start, s));
        }
    }

    [Fact]
    public void Uses_add_up_and_equal_the_dense_gradient()
    {
        Rng.Seed(3);
        Parameter dense = Init.Normal([6, 2], dtype: DType.Float64), sparse = new(dense.Detach().Clone());
        Tensor a = Tensor.From(4L, 1, 4, 0), b = Tensor.From(1L, 5), factors = Tensor.Randn([4, 2], DType.Float64);
        foreach (var (table, isSparse) in new[] { (dense, false), (sparse, true) })
        {
            // Two passes that accumulate, the second with two uses.
            (a.Embedding(table, paddingIdx: 0, sparse: isSparse) * factors).Sum().Backward();
            ((a.Embedding(table, paddingIdx: 0, sparse: isSparse) * factors).Sum() + b.Embedding(table, sparse: isSparse).Square().Sum()).Backward();
        }
        RowSparseGradient gradient = sparse.SparseGrad!;
        Assert.Equal([1, 4, 5], gradient.Rows.ToArray<long>());
        Goldens.AssertClose(dense.Grad!, gradient.ToDense(), 1e-15, "sum");
        sparse.Grad = null;
        Assert.Null(sparse.SparseGrad);
        Assert.Null(sparse.Grad);
    }

    [Fact]
    public void A_dense_use_makes_the_gradient_dense_whichever_comes_first()
    {
        Tensor places = Tensor.From(2L, 0, 2);
        foreach (bool denseFirst in new[] { true, false })
        {
            Parameter table = Init.Ones([4, 2]);
            Tensor dense = (table * 3).Sum(), sparse = places.Embedding(table, sparse: true).Sum();
            (denseFirst ? dense : sparse).Backward();
            (denseFirst ? sparse : dense).Backward();
            Assert.Null(table.SparseGrad);
            Assert.Equal([4f, 4, 3, 3, 5, 5, 3, 3], table.Grad!.ToArray<float>());
        }
    }

    [Fact]
    public void Functional_gradients_gradients_of_gradients_and_hooks_are_dense()
    {
        Parameter table = new(Tensor.From(1f, 2, 3, 4, 5, 6).Reshape(3, 2));
        Tensor places = Tensor.From(1L, 1);
        Assert.Equal([0f, 0, 12, 16, 0, 0], Grad.Of(places.Embedding(table, sparse: true).Square().Sum(), [table])[0].ToArray<float>());

        places.Embedding(table, sparse: true).Square().Sum().Backward(createGraph: true);
        Assert.Equal([0f, 0, 4, 4, 0, 0], Grad.Of(table.Grad!.Sum(), [table])[0].ToArray<float>());

        table.Grad = null;
        Tensor? seen = null;
        table.RegisterHook(g => seen = g);
        places.Embedding(table, sparse: true).Sum().Backward();
        Assert.Equal([0f, 0, 2, 2, 0, 0], seen!.ToArray<float>());
    }

    [Fact]
    public void Bags_and_clearing_work_too()
    {
        Parameter table = Init.Ones([5, 2]);
        Tensor.From(0L, 3, 3, 1).EmbeddingBag(table, Tensor.From(0L, 2), sparse: true, paddingIdx: 0).Sum().Backward();
        Assert.Equal([1, 3], table.SparseGrad!.Rows.ToArray<long>());
        Assert.Equal([0.5f, 0.5f, 1.5f, 1.5f], table.SparseGrad.Values.ToArray<float>());
        new SGD([table]).ZeroGrad();
        Assert.Null(table.SparseGrad);
    }

    [Fact]
    public void Clipping_counts_sparse_gradients_as_what_they_are()
    {
        Parameter table = Init.Ones([4, 2]), other = Init.Ones([2]);
        (Tensor.From(1L, 3).Embedding(table, sparse: true) * 2).Sum().Backward();
        (other * 3).Sum().Backward();
        Assert.Equal(Math.Sqrt(4 * 4 + 2 * 9), GradientClipping.ClipGradNorm([table, other], 1), 1e-6);
        Assert.All(table.SparseGrad!.Values.ToArray<float>(), g => Assert.Equal(2 / Math.Sqrt(34), g, 1e-6));
        GradientClipping.ClipGradValue([table, other], 0.25);
        Assert.All(table.SparseGrad.Values.ToArray<float>(), g => Assert.Equal(0.25f, g));
    }

    [Fact]
    public void What_has_no_form_for_it_says_so_and_changes_nothing()
    {
        Parameter table = Init.Ones([3, 2]);
        Optimizer[] refusing =
        [
            new SGD([table], momentum: 0.9), new SGD([table], weightDecay: 0.1), new Adam([table], amsGrad: true), new AdamW([table]), new Adagrad([table], weightDecay: 0.1),
            new Adadelta([table]), new RMSprop([table]), new Adamax([table]), new NAdam([table]), new RAdam([table]), new ASGD([table]), new Rprop([table]), new Lion([table]),
            new Adafactor([table]), new Muon([table]),
        ];
        foreach (Optimizer optimizer in refusing)
        {
            var error = Assert.Throws<GradException>(() => optimizer.Step(Tensor.From(1L).Embedding(table, sparse: true).Sum()));
            Assert.Contains(optimizer.GetType().Name, error.Message, StringComparison.Ordinal);
            Assert.Contains("sparse", error.Message, StringComparison.Ordinal);
        }
        Assert.All(table.Detach().ToArray<float>(), x => Assert.Equal(1f, x));
        Assert.Throws<GradException>(() => table.Grad);
        Assert.Throws<GradException>(() => Tensor.From(1L).Embedding(table * 2, sparse: true));
    }

    private static byte[] Bytes(Tensor x) => System.Runtime.InteropServices.MemoryMarshal.AsBytes<double>(x.ToArray<double>()).ToArray();
}
