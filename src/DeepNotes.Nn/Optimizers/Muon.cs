namespace DeepNotes.Nn;

/// <summary>How <see cref="Muon"/> fits the learning rate to the shape of a matrix.</summary>
public enum MuonRate
{
    /// <summary>Times √max(1, rows / columns), as in Jordan's original.</summary>
    Original,

    /// <summary>Times 0.2·√max(rows, columns): the learning rate and weight decay of <see cref="AdamW"/> can be kept (Liu et al. 2025, "Muon is Scalable for LLM Training").</summary>
    MatchAdamW,
}

/// <summary>
/// Momentum whose steps are brought close to the nearest orthogonal matrix by Newton and Schulz's iteration (Jordan et al.
/// 2024, "Muon: An optimizer for hidden layers in neural networks"). Matches torch.optim.Muon, in the parameter's own type.
/// </summary>
/// <remarks>
/// For the matrices of hidden layers. Biases, norms, embeddings and the last layer go to a second optimizer, as a rule
/// <see cref="AdamW"/>; parameters that are no matrices are refused.
/// </remarks>
public sealed class Muon : Optimizer
{
    private readonly bool nesterov;
    private readonly (double A, double B, double C) coefficients;
    private readonly double epsilon;
    private readonly int steps;
    private readonly MuonRate rate;

    /// <summary>An optimizer of matrices that are all trained alike.</summary>
    /// <param name="parameters">The matrices.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="weightDecay">By which part, times the learning rate, a step shrinks the weights.</param>
    /// <param name="momentum">The decay of the gradient's running mean, from 0 to below 1.</param>
    /// <param name="nesterov">Looks ahead by one step of the momentum.</param>
    /// <param name="coefficients">Those of x, x³ and x⁵ in one iteration; (3.4445, −4.7750, 2.0315) by default.</param>
    /// <param name="epsilon">The smallest norm that a step is divided by.</param>
    /// <param name="steps">How many iterations, below 100.</param>
    /// <param name="rate">How the learning rate is fitted to a matrix.</param>
    /// <exception cref="ShapeException">A parameter is no matrix.</exception>
    public Muon(IEnumerable<Parameter> parameters, double learningRate = 1e-3, double weightDecay = 0.1, double momentum = 0.95, bool nesterov = true, (double A, double B, double C)? coefficients = null, double epsilon = 1e-7, int steps = 5, MuonRate rate = MuonRate.Original)
        : this([new ParameterGroup(parameters)], learningRate, weightDecay, momentum, nesterov, coefficients, epsilon, steps, rate) { }

    /// <summary>An optimizer of groups of matrices.</summary>
    /// <param name="groups">The groups; a learning rate, weight decay or momentum that one sets is its own.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="weightDecay">By which part, times the learning rate, a step shrinks the weights.</param>
    /// <param name="momentum">The decay of the gradient's running mean, from 0 to below 1.</param>
    /// <param name="nesterov">Looks ahead by one step of the momentum.</param>
    /// <param name="coefficients">Those of x, x³ and x⁵ in one iteration; (3.4445, −4.7750, 2.0315) by default.</param>
    /// <param name="epsilon">The smallest norm that a step is divided by.</param>
    /// <param name="steps">How many iterations, below 100.</param>
    /// <param name="rate">How the learning rate is fitted to a matrix.</param>
    /// <exception cref="ShapeException">A parameter is no matrix.</exception>
    public Muon(IEnumerable<ParameterGroup> groups, double learningRate = 1e-3, double weightDecay = 0.1, double momentum = 0.95, bool nesterov = true, (double A, double B, double C)? coefficients = null, double epsilon = 1e-7, int steps = 5, MuonRate rate = MuonRate.Original)
        : base(groups, learningRate, weightDecay, momentum)
    {
        Fraction(momentum, nameof(momentum));
        if (steps is < 0 or >= 100) throw new ArgumentOutOfRangeException(nameof(steps), steps, "Muon: the iterations are from 0 to below 100.");
        foreach (Parameter parameter in Groups.SelectMany(g => g.Parameters))
            if (parameter.Rank != 2) throw new ShapeException($"Muon: it is for matrices, and a parameter has the shape {parameter.Shape}; give that one to an AdamW of its own.");
        this.nesterov = nesterov;
        this.coefficients = coefficients ?? (3.4445, -4.7750, 2.0315);
        this.epsilon = NotNegative(epsilon, nameof(epsilon));
        this.steps = steps;
        this.rate = rate;
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> StateNames => ["momentum_buffer"];

    /// <inheritdoc/>
    protected override void Update(Parameter parameter, Tensor gradient, ParameterState state, ParameterGroup group)
    {
        if (Maximize) gradient = -gradient;
        double momentum = group.Momentum, rows = parameter.Shape[0], columns = parameter.Shape[1];
        Op.Update(new AddScaled(momentum, 1 - momentum), state[0], gradient);
        Tensor direction = Orthogonal(nesterov ? gradient.Lerp(state[0], momentum) : state[0]);
        double fit = rate == MuonRate.Original ? Math.Sqrt(Math.Max(1, rows / columns)) : 0.2 * Math.Sqrt(Math.Max(rows, columns));
        Op.Update(new AddScaled(1 - group.LearningRate * group.WeightDecay, -group.LearningRate * fit), parameter, direction);
    }

    /// <summary>U·S′·Vᵀ of a matrix U·S·Vᵀ, with an S′ near 1: x ← a·x + b·(x·xᵀ)·x + c·(x·xᵀ)²·x.</summary>
    private Tensor Orthogonal(Tensor matrix)
    {
        bool isTall = matrix.Shape[0] > matrix.Shape[1];
        Tensor x = isTall ? matrix.Mt : matrix;
        x /= x.Norm().Clamp(minimum: epsilon);
        for (int i = 0; i < steps; i++)
        {
            Tensor gram = x.MatMul(x.Mt);
            x = coefficients.A * x + (coefficients.B * gram + coefficients.C * gram.MatMul(gram)).MatMul(x);
        }
        return isTall ? x.Mt : x;
    }
}
