namespace DeepNotes.Nn.Tests;

public partial class WeightAverageTests
{
    private static readonly Dictionary<string, Func<Module, WeightAverage>> Configurations = new()
    {
        ["ema"] = m => new ExponentialMovingAverage(m, 0.9),
        ["ema_buffers"] = m => new ExponentialMovingAverage(m, 0.9, useBuffers: true),
        ["warm"] = m => new ExponentialMovingAverage(m, 0.9, warmUp: true),
        ["swa"] = m => new StochasticWeightAverage(m, useBuffers: true),
    };

    public static TheoryData<string> Names { get; } = [.. Configurations.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Means_are_those_of_PyTorch_also_after_a_restart(string name)
    {
        var model = new Model();
        WeightAverage average = Configurations[name](model);
        for (int step = 0; step < 10; step++)
        {
            if (step == 5)
            {
                var state = average.StateDict().ToDictionary(s => s.Key, s => s.Value.Clone());
                average = Configurations[name](model);
                average.LoadStateDict(state);
            }
            Set(model, step);
            average.Update();
            Goldens.AssertClose(Goldens.Optimizers[$"average.{name}.weight"].Select(0, step), average.StateDict()["module.weight"], 1e-14, $"weight {step}");
            if (average.UseBuffers) Goldens.AssertClose(Goldens.Optimizers[$"average.{name}.running_mean"].Select(0, step), average.StateDict()["module.running_mean"], 1e-14, $"buffer {step}");
        }
        Assert.Equal(10, average.Count);
    }

    [Fact]
    public void The_mean_can_be_lent_to_the_model_or_copied_to_another()
    {
        var model = new Model();
        var average = new ExponentialMovingAverage(model, 0.5);
        for (int step = 0; step < 3; step++)
        {
            Set(model, step);
            average.Update();
        }
        double[] mean = average.StateDict()["module.weight"].ToArray<double>(), own = model.Weight.Detach().ToArray<double>();
        Assert.NotEqual(mean, own);
        using (average.Apply()) Assert.Equal(mean, model.Weight.Detach().ToArray<double>());
        Assert.Equal(own, model.Weight.Detach().ToArray<double>());

        var copy = new Model();
        average.CopyTo(copy);
        Assert.Equal(mean, copy.Weight.Detach().ToArray<double>());
        Assert.Equal(model.RunningMean.ToArray<double>(), copy.RunningMean.ToArray<double>());
        Assert.Throws<StateDictException>(() => average.CopyTo(new Linear(2, 3)));
        Assert.Throws<StateDictException>(() => average.LoadStateDict(new Dictionary<string, Tensor>()));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExponentialMovingAverage(model, 1));
    }

    private static void Set(Model model, int step)
    {
        using var off = Grad.Off();
        model.Weight.CopyFrom(Goldens.Optimizers["average.weights"].Select(0, step));
        model.RunningMean.CopyFrom(Goldens.Optimizers["average.means"].Select(0, step));
    }

    private sealed partial class Model : Module
    {
        public Parameter Weight { get; set; } = Init.Zeros([3, 2], DType.Float64);
        [Buffer] public Tensor RunningMean { get; set; } = Tensor.Zeros([2], DType.Float64);
    }
}
