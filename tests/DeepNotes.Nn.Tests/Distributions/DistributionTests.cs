using DeepNotes.Nn.Distributions;

namespace DeepNotes.Nn.Tests.Distributions;

public class DistributionTests
{
    [Fact]
    public void Numbers_tensors_and_batches_give_the_shapes_of_PyTorch()
    {
        var one = new Normal(0, 1);
        Assert.Equal(DType.Float32, one.DType);
        Assert.Equal([], one.Sample().Shape.ToArray());
        Assert.Equal([], new Bernoulli(probs: 0.25).Sample().Shape.ToArray());
        Assert.Equal(DType.Float32, new Exponential(2).DType);
        Assert.Equal(0.25, new Bernoulli(probs: 0.25).Mean.Item());
        var batch = new Normal(Tensor.Zeros([2, 1]), Tensor.Ones([3]));
        Assert.Equal([2, 3], batch.BatchShape.ToArray());
        Assert.Equal([4, 2, 3], batch.Sample([4]).Shape.ToArray());
        Assert.Equal([5, 2, 3], batch.LogProb(Tensor.Zeros([5, 1, 1])).Shape.ToArray());
        var categories = new Categorical(logits: Tensor.Zeros([2, 3, 5]));
        Assert.Equal([4, 2, 3], categories.Sample([4]).Shape.ToArray());
        Assert.Equal(DType.Int64, categories.Sample().DType);
        Assert.Equal([4, 2, 3], categories.LogProb(categories.Sample([4])).Shape.ToArray());
        var vectors = new MultivariateNormal(Tensor.Zeros([3]), Tensor.Eye(3));
        Assert.Equal([], vectors.BatchShape.ToArray());
        Assert.Equal([2, 4, 3], vectors.Sample([2, 4]).Shape.ToArray());
        Assert.Equal([2, 4], vectors.LogProb(vectors.Sample([2, 4])).Shape.ToArray());
        Assert.Equal([], vectors.Entropy().Shape.ToArray());
    }

    [Fact]
    public void Independent_sums_over_what_has_become_an_event()
    {
        var inner = new Normal(Tensor.Randn([2, 3], rng: new Rng(1)), Tensor.Ones([3]));
        var whole = new Independent(inner, 1);
        Assert.Equal([2], whole.BatchShape.ToArray());
        Assert.Equal([3], whole.EventShape.ToArray());
        Tensor value = whole.RSample([4], new Rng(2));
        Assert.Equal([4, 2, 3], value.Shape.ToArray());
        Goldens.AssertClose(inner.LogProb(value).Sum(-1), whole.LogProb(value), 1e-7, "density");
        Goldens.AssertClose(inner.Entropy().Sum(-1), whole.Entropy(), 1e-7, "entropy");
        Goldens.AssertClose(Tensor.Zeros([2]), Distribution.Kl(whole, whole), 1e-7, "divergence");
        Assert.Throws<ShapeException>(() => whole.LogProb(Tensor.Zeros([2])));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Independent(inner, 3));
    }

    [Fact]
    public void Ends_of_the_support_have_the_limits_of_PyTorch()
    {
        Assert.Equal(0, new Bernoulli(probs: Tensor.From(1.0)).LogProb(Tensor.From(1.0)).Item(), 1e-12);
        Assert.Equal(Math.Log(0.5), new Uniform(0, 2).LogProb(Tensor.From(0.0)).Item(), 1e-6);
        Assert.Equal(double.NegativeInfinity, new Uniform(0, 2).LogProb(Tensor.From(2.0)).Item());
        Assert.Equal(0, new Gamma(1, 1).LogProb(Tensor.From(0.0)).Item());
        Tensor impossible = Tensor.From(0.0, double.NegativeInfinity, 0);
        Assert.Equal(double.NegativeInfinity, new Categorical(logits: impossible).LogProb(Tensor.From(1L)).Item());
        Assert.Equal(Math.Log(2), new Categorical(logits: impossible).Entropy().Item(), 1e-12);
        Assert.Equal(Math.Log(0.5), new Multinomial(2, logits: impossible).LogProb(Tensor.From(1.0, 0, 1)).Item(), 1e-12);
        Assert.Equal(double.PositiveInfinity, Distribution.Kl(new Uniform(0, 2), new Uniform(0, 1)).Item());
    }

    [Fact]
    public void Senseless_parameters_and_values_are_refused()
    {
        Tensor two = Tensor.Ones([2]), three = Tensor.Ones([3]);
        Func<Distribution>[] outOfRange =
        [
            () => new Normal(0, 0), () => new Normal(double.NaN, 1), () => new Laplace(0, -1), () => new Gumbel(double.PositiveInfinity, 1), () => new Uniform(1, 1),
            () => new Exponential(0), () => new Gamma(0, 1), () => new Gamma(1, double.NaN), () => new Beta(1, -1), () => new Poisson(-1), () => new Bernoulli(1.5),
            () => new Bernoulli(logits: double.NaN), () => new Categorical(Tensor.From(0.5, -0.1)), () => new Categorical(Tensor.Zeros([3])), () => new Multinomial(-1, two),
            () => new Dirichlet(Tensor.From(1.0, 0)), () => new MultivariateNormal(two, Tensor.From(1f, 0.5f, 0, 1).Reshape(2, 2)), () => new MultivariateNormal(two, scaleTril: Tensor.Ones([2, 2])),
        ];
        foreach (var make in outOfRange) Assert.Throws<ArgumentOutOfRangeException>(make);
        Func<Distribution>[] shapes =
        [
            () => new Normal(two, three), () => new Categorical(Tensor.Scalar(1)), () => new Dirichlet(Tensor.Scalar(1)), () => new MultivariateNormal(two, Tensor.Eye(3)), () => new MultivariateNormal(two, Tensor.Ones([2])),
        ];
        foreach (var make in shapes) Assert.Throws<ShapeException>(make);
        Func<Distribution>[] arguments = [() => new Bernoulli(), () => new Bernoulli(0.5, 0.5), () => new Categorical(two, two), () => new MultivariateNormal(two)];
        foreach (var make in arguments) Assert.Throws<ArgumentException>(make);
        Assert.Throws<LinearAlgebraException>(() => new MultivariateNormal(two, -Tensor.Eye(2)));

        (Distribution Distribution, Tensor Value)[] values =
        [
            (new Normal(0, 1), Tensor.Scalar(double.NaN)), (new Uniform(0, 1), Tensor.Scalar(2)), (new Exponential(1), Tensor.Scalar(-1)), (new Beta(1, 1), Tensor.Scalar(1.5)), (new Poisson(1), Tensor.Scalar(0.5)),
            (new Bernoulli(0.5), Tensor.Scalar(0.5)), (new Categorical(two), Tensor.From(2L)), (new Multinomial(2, two), two * 2), (new Dirichlet(two), two),
        ];
        foreach (var (distribution, value) in values)
            Assert.Contains(distribution.GetType().Name, Assert.Throws<ArgumentOutOfRangeException>(() => distribution.LogProb(value)).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => new Normal(two, 1).LogProb(three));
        Assert.Throws<ShapeException>(() => new Dirichlet(two).LogProb(three));
        Assert.Throws<ShapeException>(() => Distribution.Kl(new MultivariateNormal(two, Tensor.Eye(2)), new MultivariateNormal(three, Tensor.Eye(3))));
    }
}
