using DeepNotes.IO;

namespace DeepNotes.Nn;

/// <summary>
/// The quasi-Newton method of Broyden, Fletcher, Goldfarb and Shanno with limited memory (Nocedal 1980, "Updating
/// Quasi-Newton Matrices with Limited Storage"). Each step evaluates the loss several times, so it takes a function:
/// <c>optimizer.Step(() => model.Forward(x).MseLoss(y))</c>. Matches torch.optim.LBFGS.
/// </summary>
/// <remarks>For a loss that is the same function in every evaluation: the whole data set, no dropout. There is one group, and no weight decay.</remarks>
public sealed class LBFGS : Optimizer
{
    private readonly int maxIterations;
    private readonly int maxEvaluations;
    private readonly double gradientTolerance;
    private readonly double changeTolerance;
    private readonly int historySize;
    private readonly bool strongWolfe;

    private readonly Parameter[] parameters;
    private readonly List<Tensor> gradientChanges = [];
    private readonly List<Tensor> moves = [];
    private readonly List<double> inverseProducts = [];
    private Tensor? direction;
    private Tensor? lastGradient;
    private double lastLoss;
    private double length;
    private double curvature = 1;
    private long iterations;
    private long evaluations;

    /// <summary>An optimizer of parameters of one type on one device.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="learningRate">The length of a step, or the first that the line search tries.</param>
    /// <param name="maxIterations">How many iterations one <see cref="Step(Func{Tensor})"/> takes at most.</param>
    /// <param name="maxEvaluations">How many evaluations of the loss end it; 5/4 of the iterations by default.</param>
    /// <param name="gradientTolerance">It ends where no element of the gradient is larger.</param>
    /// <param name="changeTolerance">It ends where neither loss nor weights change by more.</param>
    /// <param name="historySize">How many of the last steps are remembered.</param>
    /// <param name="strongWolfe">Whether each step's length is searched for until the strong Wolfe conditions hold.</param>
    /// <exception cref="ArgumentException">The parameters have several types or devices.</exception>
    public LBFGS(IEnumerable<Parameter> parameters, double learningRate = 1, int maxIterations = 20, int? maxEvaluations = null, double gradientTolerance = 1e-7, double changeTolerance = 1e-9, int historySize = 100, bool strongWolfe = false)
        : base([new ParameterGroup(parameters)], learningRate, weightDecay: 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxIterations, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(historySize, 1);
        this.maxIterations = maxIterations;
        this.maxEvaluations = maxEvaluations ?? maxIterations * 5 / 4;
        this.gradientTolerance = NotNegative(gradientTolerance, nameof(gradientTolerance));
        this.changeTolerance = NotNegative(changeTolerance, nameof(changeTolerance));
        this.historySize = historySize;
        this.strongWolfe = strongWolfe;
        this.parameters = [.. Groups[0].Parameters];
        if (this.parameters.Any(p => p.DType != this.parameters[0].DType || !ReferenceEquals(p.Device, this.parameters[0].Device)))
            throw new ArgumentException("LBFGS: all parameters are one long vector to it, so they must have one type and one device.", nameof(parameters));
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> StateNames => [];

    /// <summary>Not there: see <see cref="Step(Func{Tensor})"/>.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override void Step() => throw new NotSupportedException("LBFGS: a step evaluates the loss several times; give it the function that computes it, as in Step(() => loss).");

    /// <summary>Not there: see <see cref="Step(Func{Tensor})"/>.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override void Step(Tensor loss) => Step();

    /// <summary>Up to the greatest number of iterations, or until there is no more progress.</summary>
    /// <param name="loss">Computes the loss, a tensor with one element, from the parameters as they are when it is called.</param>
    /// <returns>The loss before the step.</returns>
    /// <exception cref="NotSupportedException"><see cref="Optimizer.Maximize"/> is set.</exception>
    public override Tensor Step(Func<Tensor> loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (Maximize) throw new NotSupportedException("LBFGS: it only minimizes; negate the loss instead.");
        using var outside = TensorScope.Outside();
        Tensor before = Evaluate(loss, out double value, out Tensor gradient);
        int count = 1;
        if (Largest(gradient) <= gradientTolerance) return before;
        using Grad.Scope off = Grad.Off();
        for (int i = 1; i <= maxIterations; i++)
        {
            iterations++;
            direction = iterations == 1 ? -gradient : Direction(gradient);
            lastGradient = gradient.Clone();
            lastLoss = value;
            length = iterations == 1 ? Math.Min(1, 1 / gradient.Abs().Sum().Item()) * LearningRate : LearningRate;
            double slope = gradient.Dot(direction).Item();
            if (slope > -changeTolerance) break;
            if (strongWolfe)
            {
                var search = new StrongWolfe(at => Probe(loss, at));
                (value, gradient, length, int tried) = search.Run(length, direction, value, gradient, slope, changeTolerance);
                count += tried;
                Move(length);
            }
            else
            {
                Move(length);
                if (i == maxIterations) break;
                Evaluate(loss, out value, out gradient);
                count++;
            }
            if (count >= maxEvaluations || Largest(gradient) <= gradientTolerance) break;
            if (Largest(direction) * Math.Abs(length) <= changeTolerance || Math.Abs(value - lastLoss) < changeTolerance) break;
        }
        evaluations += count;
        return before;
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Tensor> StateDict()
    {
        var dict = new OrderedDictionary<string, Tensor>();
        foreach (var (key, value) in base.StateDict()) dict.Add(key, value);
        if (direction is null) return dict;
        var numbers = Tensor.From<double>(iterations, evaluations, length, curvature, lastLoss);
        dict.Add("state.0.numbers", numbers);
        dict.Add("state.0.d", direction);
        dict.Add("state.0.prev_flat_grad", lastGradient!);
        if (moves.Count == 0) return dict;
        dict.Add("state.0.old_dirs", Tensor.Stack([.. gradientChanges]));
        dict.Add("state.0.old_stps", Tensor.Stack([.. moves]));
        dict.Add("state.0.ro", Tensor.From<double>(inverseProducts.ToArray()));
        return dict;
    }

    /// <inheritdoc/>
    public override void LoadStateDict(IReadOnlyDictionary<string, Tensor> dict)
    {
        ArgumentNullException.ThrowIfNull(dict);
        using var outside = TensorScope.Outside();
        int history = dict.TryGetValue("state.0.ro", out Tensor? ro) ? ro.Count : 0;
        int size = parameters.Sum(p => p.Count);
        DType dtype = parameters[0].DType;
        var own = new List<(string Key, Tensor Value)>();
        if (dict.ContainsKey("state.0.numbers"))
        {
            own.AddRange([("state.0.numbers", Tensor.Zeros([5], DType.Float64)), ("state.0.d", Tensor.Zeros([size], dtype)), ("state.0.prev_flat_grad", Tensor.Zeros([size], dtype))]);
            if (history > 0) own.AddRange([("state.0.old_dirs", Tensor.Zeros([history, size], dtype)), ("state.0.old_stps", Tensor.Zeros([history, size], dtype)), ("state.0.ro", Tensor.Zeros([history], DType.Float64))]);
        }
        var difference = StateDictDifference.Between(own, dict.Where(e => own.Any(o => o.Key == e.Key)).ToDictionary(e => e.Key, e => e.Value));
        if (!difference.IsEmpty) throw new StateDictException(nameof(LBFGS), difference, strict: true);
        base.LoadStateDict(dict.Where(e => own.All(o => o.Key != e.Key)).ToDictionary(e => e.Key, e => e.Value));
        foreach (var (key, value) in own) value.CopyFrom(dict[key]);
        gradientChanges.Clear();
        moves.Clear();
        inverseProducts.Clear();
        (direction, lastGradient, iterations, evaluations, length, curvature, lastLoss) = (null, null, 0, 0, 0, 1, 0);
        if (own.Count == 0) return;
        double[] numbers = own[0].Value.ToArray<double>();
        (iterations, evaluations, length, curvature, lastLoss) = ((long)numbers[0], (long)numbers[1], numbers[2], numbers[3], numbers[4]);
        (direction, lastGradient) = (own[1].Value, own[2].Value);
        if (history == 0) return;
        gradientChanges.AddRange(own[3].Value.Unbind());
        moves.AddRange(own[4].Value.Unbind());
        inverseProducts.AddRange(own[5].Value.ToArray<double>());
    }

    /// <inheritdoc/>
    protected override void Update(Parameter parameter, Tensor gradient, ParameterState state, ParameterGroup group) => Step();

    /// <summary>The negative gradient times the approximate inverse of the second derivatives, by the two-loop recursion.</summary>
    private Tensor Direction(Tensor gradient)
    {
        Tensor change = gradient - lastGradient!, move = direction! * length;
        double product = change.Dot(move).Item();
        if (product > 1e-10)
        {
            if (moves.Count == historySize)
            {
                gradientChanges.RemoveAt(0);
                moves.RemoveAt(0);
                inverseProducts.RemoveAt(0);
            }
            gradientChanges.Add(change);
            moves.Add(move);
            inverseProducts.Add(1 / product);
            curvature = product / change.Dot(change).Item();
        }
        var weights = new double[moves.Count];
        Tensor q = -gradient;
        for (int i = moves.Count - 1; i >= 0; i--)
        {
            weights[i] = moves[i].Dot(q).Item() * inverseProducts[i];
            Op.Update(new AddScaled(1, -weights[i]), q, gradientChanges[i]);
        }
        q *= curvature;
        for (int i = 0; i < moves.Count; i++)
        {
            double back = gradientChanges[i].Dot(q).Item() * inverseProducts[i];
            Op.Update(new AddScaled(1, weights[i] - back), q, moves[i]);
        }
        return q;
    }

    /// <summary>Loss and gradient some way along the direction; the parameters stay as they were, to the bit.</summary>
    private (double Loss, Tensor Gradient) Probe(Func<Tensor> loss, double at)
    {
        Tensor[] start = [.. parameters.Select(p => p.Detach().Clone())];
        Move(at);
        Evaluate(loss, out double value, out Tensor gradient);
        for (int i = 0; i < start.Length; i++) parameters[i].CopyFrom(start[i]);
        return (value, gradient);
    }

    private void Move(double by)
    {
        int from = 0;
        foreach (Parameter parameter in parameters)
        {
            Op.Update(new AddScaled(1, by), parameter, direction!.Narrow(0, from, parameter.Count).Reshape(parameter.Shape));
            from += parameter.Count;
        }
    }

    /// <summary>The loss, and its gradient with respect to all parameters as one vector; zeros for those that it does not depend on.</summary>
    private Tensor Evaluate(Func<Tensor> loss, out double value, out Tensor gradient)
    {
        Tensor result;
        using (Grad.On())
        {
            ZeroGrad();
            result = loss();
            result.Backward();
        }
        using var off = Grad.Off();
        value = result.Item();
        gradient = Tensor.Concatenate([.. parameters.Select(p => (p.CollectedRows?.ToDense() ?? p.CollectedGradient ?? Tensor.ZerosLike(p)).Flatten())]);
        return result;
    }

    private static double Largest(Tensor x) => x.Abs().Max().Item();
}
