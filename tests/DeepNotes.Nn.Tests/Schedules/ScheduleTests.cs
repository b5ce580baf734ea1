namespace DeepNotes.Nn.Tests;

public class ScheduleTests
{
    private const int Steps = 40;

    private static readonly Dictionary<string, Func<Optimizer, LearningRateSchedule>> Configurations = new()
    {
        ["step"] = o => new StepLR(o, 7, 0.3),
        ["multi_step"] = o => new MultiStepLR(o, [4, 9, 9, 25], 0.5),
        ["constant"] = o => new ConstantLR(o, 0.4, 6),
        ["linear"] = o => new LinearLR(o, 0.2, 0.7, 12),
        ["exponential"] = o => new ExponentialLR(o, 0.93),
        ["polynomial"] = o => new PolynomialLR(o, 15, 1.7),
        ["cosine"] = o => new CosineAnnealingLR(o, 12, 0.01),
        ["cosine_zero"] = o => new CosineAnnealingLR(o, 9),
        ["restarts"] = o => new CosineAnnealingWarmRestarts(o, 4, 2, 0.002),
        ["restarts_equal"] = o => new CosineAnnealingWarmRestarts(o, 7),
        ["cyclic"] = o => new CyclicLR(o, 0.01, 0.2, 5, 8),
        ["cyclic_triangular2"] = o => new CyclicLR(o, 0.01, 0.2, 6, mode: CyclicMode.Triangular2, baseMomentum: 0.7, maxMomentum: 0.95),
        ["cyclic_exp_range"] = o => new CyclicLR(o, 0.01, 0.2, 4, 3, CyclicMode.ExpRange, 0.97, cycleMomentum: false),
        ["one_cycle"] = o => new OneCycleLR(o, 0.4, Steps),
        ["one_cycle_linear"] = o => new OneCycleLR(o, 0.4, Steps, 0.25, Annealing.Linear, divFactor: 10, finalDivFactor: 100, baseMomentum: 0.7, maxMomentum: 0.9),
        ["one_cycle_three"] = o => new OneCycleLR(o, 0.4, Steps, threePhase: true, cycleMomentum: false),
        ["one_cycle_adam"] = o => new OneCycleLR(o, 0.4, Steps, threePhase: true),
        ["lambda"] = o => new LambdaLR(o, t => 1.0 / (1 + t)),
        ["lambda_each"] = o => new LambdaLR(o, t => Math.Pow(0.9, t), t => 1 + t % 3),
        ["multiplicative"] = o => new MultiplicativeLR(o, t => t % 5 == 0 ? 0.5 : 1.05),
        ["warmup"] = o => new WarmupLR(o, 8),
        ["warmup_linear"] = o => new WarmupLR(o, 8, 30, Annealing.Linear),
        ["warmup_cosine"] = o => new WarmupLR(o, 8, 30),
        ["chained"] = o => new ChainedScheduler(new ConstantLR(o, 0.1, 4), new ExponentialLR(o, 0.9), new StepLR(o, 10, 0.5)),
        ["sequential"] = o => new SequentialLR([new LinearLR(o, 0.1, 1, 6), new CosineAnnealingLR(o, 10, 0.001), new ExponentialLR(o, 0.9)], [6, 20]),
        ["sequential_restarts"] = o => new SequentialLR([new ConstantLR(o, 0.1, 3), new CosineAnnealingWarmRestarts(o, 5), new MultiplicativeLR(o, _ => 0.8), new LambdaLR(o, t => 1.0 / (2 + t))], [5, 18, 25]),
        ["sequential_steps"] = o => new SequentialLR([new StepLR(o, 2, 0.5), new PolynomialLR(o, 8, 2), new ConstantLR(o, 0.3, 4)], [7, 19]),
    };

    private static readonly Dictionary<string, Func<Optimizer, ReduceLROnPlateau>> Plateaus = new()
    {
        ["plateau"] = o => new ReduceLROnPlateau(o, factor: 0.5, patience: 2),
        ["plateau_max"] = o => new ReduceLROnPlateau(o, maximize: true, 0.3, 1, 0.05, cooldown: 3),
        ["plateau_abs"] = o => new ReduceLROnPlateau(o, factor: 0.5, patience: 1, threshold: 0.2, isRelative: false, minimum: 0.01),
        ["plateau_max_abs"] = o => new ReduceLROnPlateau(o, maximize: true, 0.1, 0, 0.3, isRelative: false, epsilon: 1e-3),
    };

    public static TheoryData<string> Names { get; } = [.. Configurations.Keys];

    public static TheoryData<string> PlateauNames { get; } = [.. Plateaus.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Rates_and_momenta_are_those_of_PyTorch(string name)
    {
        Optimizer optimizer = Make(name);
        LearningRateSchedule schedule = Configurations[name](optimizer);
        for (int step = 0; step < Steps; step++)
        {
            if (step > 0) schedule.Step();
            AssertAt(name, step, optimizer);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void A_restored_schedule_goes_on_with_the_same_bits(string name)
    {
        Optimizer through = Make(name), second = Make(name);
        LearningRateSchedule schedule = Configurations[name](through), restored = Configurations[name](second);
        for (int step = 0; step < 12; step++) schedule.Step();
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            schedule.Save(file);
            restored.Load(file);
        }
        finally
        {
            File.Delete(file);
        }
        second.LoadStateDict(through.StateDict());
        for (int step = 12; step < Steps - 1; step++)
        {
            schedule.Step();
            restored.Step();
            Assert.Equal(schedule.Rates, restored.Rates);
            Assert.Equal(through.Groups.Select(g => g.Momentum), second.Groups.Select(g => g.Momentum));
        }
        Assert.Equal(schedule.StepCount, restored.StepCount);
    }

    [Theory, MemberData(nameof(PlateauNames))]
    public void Plateaus_are_those_of_PyTorch_also_after_a_restart(string name)
    {
        Optimizer optimizer = Make(name);
        ReduceLROnPlateau schedule = Plateaus[name](optimizer);
        double[] measures = Goldens.Schedules["plateau.measures"].ToArray<double>();
        for (int step = 0; step < Steps; step++)
        {
            if (step == 20)
            {
                var state = schedule.StateDict();
                schedule = Plateaus[name](optimizer);
                schedule.LoadStateDict(state);
            }
            schedule.Step(name.Contains("max", StringComparison.Ordinal) ? -measures[step] : measures[step]);
            AssertAt(name, step, optimizer);
        }
        Assert.True(optimizer.LearningRate < 0.05);
    }

    [Fact]
    public void Schedules_of_one_optimizer_act_together()
    {
        Optimizer optimizer = Make("");
        LearningRateSchedule a = new ExponentialLR(optimizer, 0.5), b = new ConstantLR(optimizer, 0.1, 2);
        Assert.Equal(0.005, optimizer.LearningRate, 1e-15);
        for (int i = 0; i < 2; i++)
        {
            a.Step();
            b.Step();
        }
        Assert.Equal([0.0125, 0.075], a.Rates.Select(r => Math.Round(r, 12)));
    }

    [Fact]
    public void Senseless_arguments_are_refused()
    {
        Parameter p = Init.Ones([1]);
        Optimizer plain = new SGD([p], 0.1), other = new SGD([p], 0.1), none = new Adagrad([p]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new StepLR(plain, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConstantLR(plain, 1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinearLR(plain, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PolynomialLR(plain, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CosineAnnealingLR(plain, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CosineAnnealingWarmRestarts(plain, 5, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReduceLROnPlateau(plain, factor: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WarmupLR(plain, 10, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OneCycleLR(plain, 1, 10, 1.5, cycleMomentum: false));
        Assert.Contains("SGD", Assert.Throws<ArgumentException>(() => new OneCycleLR(plain, 1, 10)).Message, StringComparison.Ordinal);
        Assert.Contains("Adagrad", Assert.Throws<ArgumentException>(() => new CyclicLR(none, 0.1, 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new LambdaLR(plain, _ => 1, _ => 1));
        Assert.Throws<ArgumentException>(() => new ChainedScheduler());
        Assert.Throws<ArgumentException>(() => new ChainedScheduler(new ExponentialLR(plain, 1), new ExponentialLR(other, 1)));
        Assert.Throws<ArgumentException>(() => new SequentialLR([new ExponentialLR(plain, 1)], [3]));
        Assert.Throws<ArgumentException>(() => new SequentialLR([new ExponentialLR(plain, 1), new ExponentialLR(plain, 1)], [0]));
        Assert.Throws<ArgumentException>(() => new Adagrad([new ParameterGroup([p]) { Momentum = 0.9 }]));
        var cycle = new OneCycleLR(plain, 1, 2, cycleMomentum: false);
        cycle.Step();
        cycle.Step();
        Assert.Throws<InvalidOperationException>(cycle.Step);
        Assert.Throws<StateDictException>(() => cycle.LoadStateDict(new CosineAnnealingWarmRestarts(plain, 3).StateDict()));
    }

    private static Optimizer Make(string name)
    {
        ParameterGroup[] groups = [new([Init.Ones([1])]), new([Init.Ones([1])]) { LearningRate = 0.3 }];
        return name.EndsWith("adam", StringComparison.Ordinal) ? new Adam(groups, 0.05) : new SGD(groups, 0.05, momentum: 0.9);
    }

    private static void AssertAt(string name, int step, Optimizer optimizer)
    {
        double[] rates = Goldens.Schedules[$"{name}.rates"].Select(0, step).ToArray<double>();
        for (int g = 0; g < 2; g++) Assert.True(Math.Abs(optimizer.Groups[g].LearningRate - rates[g]) <= 1e-12 * rates[g], $"step {step}, group {g}: {optimizer.Groups[g].LearningRate:R} instead of {rates[g]:R}");
        if (name.StartsWith("plateau", StringComparison.Ordinal)) return;
        double[] momenta = Goldens.Schedules[$"{name}.momenta"].Select(0, step).ToArray<double>();
        for (int g = 0; g < 2; g++) Assert.True(Math.Abs(optimizer.Groups[g].Momentum - momenta[g]) <= 1e-12, $"step {step}, momentum {g}: {optimizer.Groups[g].Momentum:R} instead of {momenta[g]:R}");
    }
}
