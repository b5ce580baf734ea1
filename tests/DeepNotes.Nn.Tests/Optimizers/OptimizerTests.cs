namespace DeepNotes.Nn.Tests;

public class OptimizerTests
{
    [Fact]
    public void Step_of_a_loss_learns_a_linear_function()
    {
        Rng.Seed(1);
        var model = new Linear(3, 1);
        var truth = new Linear(3, 1);
        var optimizer = new AdamW(model.Parameters(), learningRate: 0.05, weightDecay: 0);
        double loss = double.NaN;
        for (int i = 0; i < 300; i++)
        {
            Tensor x = Tensor.Randn([32, 3]);
            Tensor error = model.Forward(x) - truth.Forward(x).Detach();
            Tensor l = (error * error).Mean();
            optimizer.Step(l);
            loss = l.Item();
        }
        Assert.True(loss < 1e-4, $"loss {loss}");
    }

    [Fact]
    public void Optimizers_own_state_survives_the_scope_of_a_step()
    {
        var p = Init.Ones([10_000]);
        var optimizer = new Adam([p]);
        for (int i = 0; i < 3; i++)
        {
            using var scope = new TensorScope();
            optimizer.Step((p * p).Sum());
        }
        Assert.Equal(3, optimizer.StateDict()["state.0.step"].Item());
        Assert.All(optimizer.StateDict()["state.0.exp_avg"].ToArray<float>(), m => Assert.True(m > 0));
    }

    [Fact]
    public void Frozen_and_unused_parameters_stay_as_they_are()
    {
        Parameter frozen = Init.Ones([2]), unused = Init.Ones([2]), used = Init.Ones([2]);
        frozen.RequiresGrad = false;
        var optimizer = new AdamW([frozen, unused, used], weightDecay: 0.5);
        optimizer.Step((frozen * used).Sum());
        Assert.Equal([1f, 1f], frozen.ToArray<float>());
        Assert.Equal([1f, 1f], unused.Detach().ToArray<float>());
        Assert.NotEqual(1f, used.Detach().ToArray<float>()[0]);
        Assert.DoesNotContain("state.0.step", optimizer.StateDict().Keys);
    }

    [Fact]
    public void State_that_does_not_fit_names_everything_and_loads_nothing()
    {
        Parameter a = Init.Ones([2]), b = Init.Ones([3]);
        var optimizer = new Adam([a, b]);
        optimizer.Step((a.Sum() + b.Sum()) * 1);
        var wrong = optimizer.StateDict().ToDictionary(s => s.Key, s => s.Value.Clone());
        wrong.Remove("state.0.exp_avg");
        wrong["state.1.exp_avg_sq"] = Tensor.Zeros([4]);
        wrong["state.7.step"] = Tensor.Zeros([]);
        wrong["state.1.step"] = Tensor.Full([], 99);

        var error = Assert.Throws<StateDictException>(() => optimizer.LoadStateDict(wrong));

        Assert.Equal(["state.0.exp_avg"], error.Difference.Missing);
        Assert.Equal(["state.7.step"], error.Difference.Unexpected);
        Assert.Equal("state.1.exp_avg_sq", Assert.Single(error.Difference.Misshapen).Key);
        Assert.Equal(1, optimizer.StateDict()["state.1.step"].Item());
    }

    [Fact]
    public void Senseless_arguments_are_refused()
    {
        Parameter p = Init.Ones([2]);
        Assert.Throws<ArgumentException>(() => new SGD(Array.Empty<Parameter>()));
        Assert.Throws<ArgumentException>(() => new SGD([p, p]));
        Assert.Throws<ArgumentException>(() => new SGD([new ParameterGroup([p]), new ParameterGroup([p])]));
        Assert.Throws<ArgumentException>(() => new SGD([p], nesterov: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SGD([p], learningRate: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam([p], beta1: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam([p], epsilon: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParameterGroup([p]) { WeightDecay = -1 });
    }
}
