using DeepNotes.Nn.Distributions;

namespace DeepNotes.Nn.Tests.Distributions;

/// <summary>The distributions of generate_distributions.py, by the names that it gives them.</summary>
internal static class DistributionTable
{
    public static Dictionary<string, Func<Func<string, Tensor>, Distribution>> All { get; } = new()
    {
        ["Normal"] = p => new Normal(p("loc"), p("scale")),
        ["Laplace"] = p => new Laplace(p("loc"), p("scale")),
        ["Gumbel"] = p => new Gumbel(p("loc"), p("scale")),
        ["Uniform"] = p => new Uniform(p("low"), p("high")),
        ["Uniform.inner"] = p => new Uniform(p("low"), p("high")),
        ["Exponential"] = p => new Exponential(p("rate")),
        ["Gamma"] = p => new Gamma(p("concentration"), p("rate")),
        ["Beta"] = p => new Beta(p("concentration1"), p("concentration0")),
        ["Poisson"] = p => new Poisson(p("rate")),
        ["Bernoulli"] = p => new Bernoulli(p("probs")),
        ["Bernoulli.logits"] = p => new Bernoulli(logits: p("logits")),
        ["Categorical"] = p => new Categorical(p("probs")),
        ["Categorical.logits"] = p => new Categorical(logits: p("logits")),
        ["Dirichlet"] = p => new Dirichlet(p("concentration")),
        ["Multinomial"] = p => new Multinomial(6, p("probs")),
        ["Multinomial.logits"] = p => new Multinomial(5, logits: p("logits")),
        ["MultivariateNormal"] = p => new MultivariateNormal(p("loc"), p("covariance_matrix")),
        ["MultivariateNormal.precision"] = p => new MultivariateNormal(p("loc"), precision: p("precision_matrix")),
        ["MultivariateNormal.tril"] = p => new MultivariateNormal(p("loc"), scaleTril: p("scale_tril")),
    };

    /// <summary>A distribution of golden parameters, each of which requires a gradient.</summary>
    public static (Distribution Distribution, Dictionary<string, Tensor> Parameters) Make(string name, string prefix)
    {
        var leaves = new Dictionary<string, Tensor>();
        return (All[name](key => leaves[key] = Leaf(Goldens.Distributions[$"{prefix}.param.{key}"])), leaves);
    }

    public static Tensor Leaf(Tensor golden)
    {
        Tensor leaf = golden.Clone();
        leaf.RequiresGrad = true;
        return leaf;
    }

    /// <summary>Of the generator's weighted sum.</summary>
    public static Tensor[] Gradients(Tensor y, IEnumerable<Tensor> leaves) =>
        Grad.Of((y * Tensor.Arange(0, y.Count, dtype: DType.Float64).Cos().Reshape(y.Shape)).Sum(), [.. leaves], allowUnused: true);
}
