namespace DeepNotes.Nn.Tests;

public class LbfgsTests
{
    private static readonly Dictionary<string, (Func<Tensor, Tensor> Function, Func<Parameter[], Optimizer> Make)> Configurations = new()
    {
        ["fixed"] = (LeastSquares, p => new LBFGS(p, 0.7, maxIterations: 4, historySize: 3)),
        ["fixed_once"] = (LeastSquares, p => new LBFGS(p, maxIterations: 1)),
        ["wolfe"] = (Rosenbrock, p => new LBFGS(p, maxIterations: 3, strongWolfe: true)),
        ["wolfe_history"] = (Rosenbrock, p => new LBFGS(p, 0.5, maxIterations: 5, maxEvaluations: 9, historySize: 2, strongWolfe: true)),
    };

    public static TheoryData<string> Names { get; } = [.. Configurations.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Steps_are_those_of_PyTorch(string name)
    {
        var (function, make) = Configurations[name];
        Parameter[] parts = Start();
        Optimizer optimizer = make(parts);
        int calls = 0;
        double[] losses = Goldens.Optimizers[$"lbfgs.{name}.losses"].ToArray<double>();
        long[] evaluations = Goldens.Optimizers[$"lbfgs.{name}.evaluations"].ToArray<long>();
        for (int step = 0; step < losses.Length; step++)
        {
            double loss = optimizer.Step(() => { calls++; return function(Whole(parts)); }).Item();
            Assert.True(Math.Abs(loss - losses[step]) <= 1e-11 * (1 + Math.Abs(losses[step])), $"loss {step}: {loss:R} instead of {losses[step]:R}");
            Assert.Equal(evaluations[step], calls);
            double[] expected = Goldens.Optimizers[$"lbfgs.{name}.places"].Select(0, step).ToArray<double>(), found = Whole(parts).Detach().ToArray<double>();
            for (int k = 0; k < expected.Length; k++) Assert.True(Math.Abs(found[k] - expected[k]) <= 1e-11, $"step {step}, element {k}: {found[k]:R} instead of {expected[k]:R}");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Training_goes_on_with_the_same_bits_from_a_saved_state(string name)
    {
        var (function, make) = Configurations[name];
        Parameter[] whole = Start();
        Optimizer through = make(whole);
        for (int step = 0; step < 5; step++) through.Step(() => function(Whole(whole)));
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            through.Save(file);
            Parameter[] resumed = [.. whole.Select(p => new Parameter(p.Detach().Clone()))];
            Optimizer second = make(resumed);
            second.Load(file);
            for (int step = 5; step < 10; step++)
            {
                through.Step(() => function(Whole(whole)));
                second.Step(() => function(Whole(resumed)));
                Assert.Equal(Whole(whole).Detach().ToArray<double>(), Whole(resumed).Detach().ToArray<double>());
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Every_optimizer_takes_a_function()
    {
        Parameter p = Init.Ones([3]);
        var optimizer = new SGD([p], 0.1);
        Assert.Equal(3, optimizer.Step(() => p.Square().Sum()).Item());
        Assert.Equal([0.8f, 0.8f, 0.8f], p.Detach().ToArray<float>());
    }

    [Fact]
    public void What_it_cannot_do_is_refused()
    {
        Parameter p = Init.Ones([2]), q = Init.Ones([2], DType.Float64);
        Assert.Throws<NotSupportedException>(() => new LBFGS([p]).Step());
        Assert.Throws<NotSupportedException>(() => new LBFGS([p]).Step(p.Sum()));
        Assert.Throws<NotSupportedException>(() => new LBFGS([p]) { Maximize = true }.Step(() => p.Sum()));
        Assert.Throws<ArgumentException>(() => new LBFGS([p, q]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LBFGS([p], maxIterations: 0));
    }

    private static Parameter[] Start()
    {
        Tensor start = Goldens.Optimizers["lbfgs.start"];
        return [new(start.Slice(0, 0, 4).Clone().Reshape(2, 2)), new(start.Slice(0, 4).Clone())];
    }

    private static Tensor Whole(Parameter[] parts) => Tensor.Concatenate([.. parts.Select(p => p.Flatten())]);

    private static Tensor Rosenbrock(Tensor x)
    {
        Tensor from = x[..^1], to = x[1..];
        return (100 * (to - from.Square()).Square() + (1 - from).Square()).Sum();
    }

    private static Tensor LeastSquares(Tensor x) => 0.5 * (Tensor.Linspace(1, 30, x.Count, DType.Float64) * (x - 1).Square()).Sum() + 0.1 * x.Sin().Sum();
}
