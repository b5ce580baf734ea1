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
    };

    public static TheoryData<string> Names { get; } = [.. Configurations.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Fifty_steps_are_those_of_PyTorch(string name)
    {
        Parameter[] parameters = Start();
        Optimizer optimizer = Configurations[name](parameters);
        for (int step = 0; step < Steps; step++)
        {
            Take(step, parameters, optimizer);
            for (int i = 0; i < parameters.Length; i++)
            {
                double[] expected = Goldens.Optimizers[$"{name}.{i}"].Select(0, step).ToArray<double>();
                double[] found = parameters[i].Detach().ToArray<double>();
                for (int k = 0; k < expected.Length; k++)
                    Assert.True(Math.Abs(found[k] - expected[k]) <= 1e-11 * Math.Abs(expected[k]), $"step {step}, parameter {i}, element {k}: {found[k]:R} instead of {expected[k]:R}");
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Training_goes_on_with_the_same_bits_from_a_saved_state(string name)
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            Parameter[] whole = Start();
            Optimizer through = Configurations[name](whole);
            for (int step = 0; step < 7; step++) Take(step, whole, through);
            through.LearningRate *= 0.5;
            through.Save(file);
            Parameter[] resumed = [.. whole.Select(p => new Parameter(p.Detach().Clone()))];
            for (int step = 7; step < 12; step++) Take(step, whole, through);

            Optimizer second = Configurations[name](resumed);
            second.Load(file);
            Assert.Equal(through.LearningRate, second.LearningRate);
            for (int step = 7; step < 12; step++) Take(step, resumed, second);
            for (int i = 0; i < whole.Length; i++) Assert.Equal(whole[i].Detach().ToArray<double>(), resumed[i].Detach().ToArray<double>());
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static Parameter[] Start() => [new(Goldens.Optimizers["start.0"].Clone()), new(Goldens.Optimizers["start.1"].Clone())];

    private static void Take(int step, Parameter[] parameters, Optimizer optimizer)
    {
        for (int i = 0; i < parameters.Length; i++) parameters[i].Grad = Goldens.Optimizers[$"gradients.{i}"].Select(0, step).Clone();
        optimizer.Step();
    }
}
