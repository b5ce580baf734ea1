using System.Globalization;

namespace DeepNotes.Nn;

/// <summary>Changes parameters by their gradients, so that a loss falls. Matches torch.optim.Optimizer.</summary>
/// <remarks>
/// A derived optimizer names the tensors that it keeps for each parameter and says in <see cref="Update"/> how one
/// parameter changes, by preference as one pass over memory.
/// </remarks>
public abstract partial class Optimizer
{
    private readonly Dictionary<Parameter, ParameterState> states = new(ReferenceEqualityComparer.Instance);

    /// <summary>Takes charge of parameters.</summary>
    /// <param name="groups">The parameters, in groups with a learning rate and weight decay of their own.</param>
    /// <param name="learningRate">The learning rate of groups that do not set theirs.</param>
    /// <param name="weightDecay">The weight decay of groups that do not set theirs.</param>
    /// <exception cref="ArgumentException">There is no parameter, or one is in several groups or twice in one.</exception>
    protected Optimizer(IEnumerable<ParameterGroup> groups, double learningRate, double weightDecay)
    {
        Groups = [.. groups];
        NotNegative(learningRate, nameof(learningRate));
        NotNegative(weightDecay, nameof(weightDecay));
        var seen = new HashSet<Parameter>(ReferenceEqualityComparer.Instance);
        foreach (ParameterGroup group in Groups)
        {
            group.SetDefaults(learningRate, weightDecay);
            foreach (Parameter parameter in group.Parameters)
                if (!seen.Add(parameter)) throw new ArgumentException($"{GetType().Name}: a parameter {parameter.Shape} is given twice; each belongs to one group.", nameof(groups));
        }
        if (seen.Count == 0) throw new ArgumentException($"{GetType().Name}: there is no parameter to train.", nameof(groups));
    }

    /// <summary>The groups, in the order given.</summary>
    public IReadOnlyList<ParameterGroup> Groups { get; }

    /// <summary>The learning rate of the first group; setting it sets that of every group.</summary>
    public double LearningRate
    {
        get => Groups[0].LearningRate;
        set
        {
            foreach (ParameterGroup group in Groups) group.LearningRate = value;
        }
    }

    /// <summary>The names of the tensors kept for each parameter, PyTorch's in the state dict: <c>exp_avg</c>.</summary>
    protected abstract IReadOnlyList<string> StateNames { get; }

    /// <summary>Changes one parameter in place. Gradients are off while it runs.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="gradient">Its gradient, of its shape.</param>
    /// <param name="state">What the optimizer remembers of it.</param>
    /// <param name="group">The group it belongs to.</param>
    protected abstract void Update(Parameter parameter, Tensor gradient, ParameterState state, ParameterGroup group);

    /// <summary>Forgets the gradients of all parameters. Matches torch.optim.Optimizer.zero_grad(set_to_none=True).</summary>
    public void ZeroGrad()
    {
        foreach (ParameterGroup group in Groups)
            foreach (Parameter parameter in group.Parameters) parameter.ClearGradient();
    }

    /// <summary>Changes every parameter that has a gradient; frozen and unused ones stay as they are.</summary>
    public void Step()
    {
        using Grad.Scope off = Grad.Off();
        foreach (ParameterGroup group in Groups)
        {
            foreach (Parameter parameter in group.Parameters)
            {
                if (parameter.CollectedGradient is not { } gradient) continue;
                if (!states.TryGetValue(parameter, out ParameterState? state)) states[parameter] = state = new ParameterState(parameter, StateNames.Count);
                state.Step++;
                Update(parameter, gradient, state, group);
            }
        }
    }

    /// <summary>One step of training: forgets the old gradients, computes those of the loss, changes the parameters.</summary>
    /// <param name="loss">A tensor with one element.</param>
    /// <exception cref="GradException">The loss does not depend on a parameter that requires a gradient, or has several elements.</exception>
    public void Step(Tensor loss)
    {
        ZeroGrad();
        loss.Backward();
        Step();
    }

    internal static double NotNegative(double value, string name) => value >= 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} must be a number ≥ 0, not {value}."));

    private protected static double Fraction(double value, string name) => value is >= 0 and < 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} must lie in [0, 1), not be {value}."));
}
