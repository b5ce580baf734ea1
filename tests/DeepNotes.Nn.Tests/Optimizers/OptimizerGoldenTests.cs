namespace DeepNotes.Nn.Tests;

public class OptimizerGoldenTests
{
    private const int Steps = 50;

    private static readonly Dictionary<string, Func<Parameter[], Optimizer>> Configurations = new()
    {
        ["sgd"] = p => new SGD(p, 0.05),
        ["sgd_decay"] = p => new SGD(p, 0.05, weightDecay: 0.01),
        ["sgd_momentum"] = p => new SGD(p, 0.05, momentum: 0.9, dampening: 0.1, weightDecay: 0.01),
        ["sgd_nesterov"] = p => new SGD(p, 0.05, momentum: 0.9, nesterov: true, weightDecay: 0.01),
        ["adam"] = p => new Adam(p, 0.01),
        ["adam_decay"] = p => new Adam(p, 0.01, 0.8, 0.95, 1e-3, 0.1),
        ["adam_amsgrad"] = p => new Adam(p, 0.01, 0.8, 0.95, 1e-3, amsGrad: true),
        ["adamw"] = p => new AdamW(p, 0.01),
        ["adamw_decay"] = p => new AdamW(p, 0.01, 0.8, 0.95, 1e-3, 0.1),
        ["adamw_amsgrad"] = p => new AdamW(p, 0.01, 0.8, 0.95, 1e-3, 0.1, amsGrad: true),
        ["rmsprop"] = p => new RMSprop(p, 0.01, 0.9, 1e-3, 0.1),
        ["rmsprop_momentum"] = p => new RMSprop(p, 0.01, momentum: 0.8),
        ["rmsprop_centered"] = p => new RMSprop(p, 0.01, 0.9, 1e-3, centered: true),
        ["rmsprop_both"] = p => new RMSprop(p, 0.01, 0.9, 1e-3, 0.1, 0.8, centered: true),
        ["adagrad"] = p => new Adagrad(p, 0.05, 0.1, 0.1, 0.2, 1e-3),
        ["adadelta"] = p => new Adadelta(p, 0.5, 0.8, 1e-4, 0.1),
        ["adamax"] = p => new Adamax(p, 0.01, 0.8, 0.95, 1e-3, 0.1),
        ["adamw_groups"] = p => new AdamW([new ParameterGroup([p[0]]) { LearningRate = 0.1, WeightDecay = 0 }, new ParameterGroup([p[1]])], 0.01, weightDecay: 0.2),
        ["sgd_groups"] = p => new SGD([new ParameterGroup([p[0]]) { LearningRate = 0.1, Momentum = 0.5 }, new ParameterGroup([p[1]]) { Momentum = 0 }], 0.01, momentum: 0.9),
        ["sgd_maximize"] = p => new SGD(p, 0.05, momentum: 0.9, weightDecay: 0.01) { Maximize = true },
        ["adam_maximize"] = p => new Adam(p, 0.01, 0.8, 0.95, 1e-3, 0.1, amsGrad: true) { Maximize = true },
        ["adamw_maximize"] = p => new AdamW(p, 0.01, epsilon: 1e-3, weightDecay: 0.1) { Maximize = true },
        ["rmsprop_maximize"] = p => new RMSprop(p, 0.01, 0.9, 1e-3, 0.1, 0.8) { Maximize = true },
        ["adagrad_maximize"] = p => new Adagrad(p, 0.05) { Maximize = true },
        ["adadelta_maximize"] = p => new Adadelta(p, 0.5) { Maximize = true },
        ["adamax_maximize"] = p => new Adamax(p, 0.01) { Maximize = true },
        ["nadam"] = p => new NAdam(p, 0.01),
        ["nadam_decay"] = p => new NAdam(p, 0.01, 0.8, 0.95, 1e-3, 0.1, 0.02),
        ["nadam_decoupled"] = p => new NAdam(p, 0.01, epsilon: 1e-3, weightDecay: 0.1, decoupledWeightDecay: true),
        ["nadam_maximize"] = p => new NAdam(p, 0.01) { Maximize = true },
        ["radam"] = p => new RAdam(p, 0.01),
        ["radam_decay"] = p => new RAdam(p, 0.01, 0.8, 0.95, 1e-3, 0.1),
        ["radam_decoupled"] = p => new RAdam(p, 0.01, 0.8, 0.95, weightDecay: 0.1, decoupledWeightDecay: true),
        ["radam_maximize"] = p => new RAdam(p, 0.01) { Maximize = true },
        ["asgd"] = p => new ASGD(p, 0.05),
        ["asgd_average"] = p => new ASGD(p, 0.05, 0.01, 0.6, 20, 0.1),
        ["asgd_maximize"] = p => new ASGD(p, 0.05) { Maximize = true },
        ["rprop"] = p => new Rprop(p, 0.01),
        ["rprop_limits"] = p => new Rprop(p, 0.01, 0.3, 1.5, 0.004, 0.03),
        ["rprop_maximize"] = p => new Rprop(p, 0.01) { Maximize = true },
        ["lion"] = p => new Lion(p),
        ["lion_decay"] = p => new Lion(p, 0.01, 0.8, 0.95, 0.3),
        ["lion_maximize"] = p => new Lion(p, 0.01) { Maximize = true },
        ["adafactor"] = p => new Adafactor(p),
        ["adafactor_decay"] = p => new Adafactor(p, 0.3, -0.6, 1e-2, 0.5, 1.5, 0.1),
        ["adafactor_maximize"] = p => new Adafactor(p) { Maximize = true },
        ["muon"] = p => new Muon(p),
        ["muon_options"] = p => new Muon(p, 0.02, 0.3, 0.8, nesterov: false, (3, -3, 1), steps: 3, rate: MuonRate.MatchAdamW),
        ["muon_maximize"] = p => new Muon(p, 0.02) { Maximize = true },
    };

    public static TheoryData<string> Names { get; } = [.. Configurations.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Fifty_steps_are_those_of_PyTorch(string name)
    {
        Parameter[] parameters = Start(name);
        Optimizer optimizer = Configurations[name](parameters);
        for (int step = 0; step < Steps; step++)
        {
            Take(name, step, parameters, optimizer);
            for (int i = 0; i < parameters.Length; i++) AssertClose(Goldens.Optimizers[$"{name}.{i}"].Select(0, step), parameters[i], $"step {step}, parameter {i}");
        }
    }

    [Fact]
    public void Averaged_descent_keeps_the_mean_of_PyTorch()
    {
        Parameter[] parameters = Start("asgd_average");
        Optimizer optimizer = Configurations["asgd_average"](parameters);
        for (int step = 0; step < Steps; step++) Take("asgd_average", step, parameters, optimizer);
        for (int i = 0; i < parameters.Length; i++) AssertClose(Goldens.Optimizers[$"asgd_average.ax.{i}"], optimizer.StateDict()[$"state.{i}.ax"], $"mean {i}");
    }

    [Theory, MemberData(nameof(Names))]
    public void Training_goes_on_with_the_same_bits_from_a_saved_state(string name)
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            Parameter[] whole = Start(name);
            Optimizer through = Configurations[name](whole);
            for (int step = 0; step < Steps / 2; step++) Take(name, step, whole, through);
            through.LearningRate *= 0.5;
            through.Save(file);
            Parameter[] resumed = [.. whole.Select(p => new Parameter(p.Detach().Clone()))];
            for (int step = Steps / 2; step < Steps; step++) Take(name, step, whole, through);

            Optimizer second = Configurations[name](resumed);
            second.Load(file);
            Assert.Equal(through.LearningRate, second.LearningRate);
            for (int step = Steps / 2; step < Steps; step++) Take(name, step, resumed, second);
            for (int i = 0; i < whole.Length; i++) Assert.Equal(whole[i].Detach().ToArray<double>(), resumed[i].Detach().ToArray<double>());
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Muon has matrices of its own.</summary>
    private static string Prefix(string name) => name.StartsWith("muon", StringComparison.Ordinal) ? "matrix." : "";

    private static Parameter[] Start(string name) =>
        [.. Enumerable.Range(0, Prefix(name).Length == 0 ? 2 : 3).Select(i => new Parameter(Goldens.Optimizers[$"{Prefix(name)}start.{i}"].Clone()))];

    private static void Take(string name, int step, Parameter[] parameters, Optimizer optimizer)
    {
        for (int i = 0; i < parameters.Length; i++) parameters[i].Grad = Goldens.Optimizers[$"{Prefix(name)}gradients.{i}"].Select(0, step).Clone();
        optimizer.Step();
    }

    private static void AssertClose(Tensor golden, Tensor found, string what)
    {
        double[] expected = golden.ToArray<double>(), ours = found.Detach().ToArray<double>();
        for (int k = 0; k < expected.Length; k++)
            Assert.True(Math.Abs(ours[k] - expected[k]) <= 1e-11 * Math.Abs(expected[k]), $"{what}, element {k}: {ours[k]:R} instead of {expected[k]:R}");
    }
}
