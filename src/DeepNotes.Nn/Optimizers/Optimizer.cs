using System.Globalization;
using DeepNotes.Ops;

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
    /// <param name="momentum">The momentum, or decay of the gradient's running mean, of groups that do not set theirs; null for an optimizer without.</param>
    /// <exception cref="ArgumentException">There is no parameter, one is in several groups or twice in one, or a group sets a momentum that the optimizer does not have.</exception>
    protected Optimizer(IEnumerable<ParameterGroup> groups, double learningRate, double weightDecay, double? momentum = null)
    {
        Groups = [.. groups];
        NotNegative(learningRate, nameof(learningRate));
        NotNegative(weightDecay, nameof(weightDecay));
        var seen = new HashSet<Parameter>(ReferenceEqualityComparer.Instance);
        foreach (ParameterGroup group in Groups)
        {
            group.SetDefaults(learningRate, weightDecay, momentum, GetType().Name);
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

    /// <summary>True to climb instead: what is given as a loss is made larger. Matches maximize of PyTorch's optimizers.</summary>
    public bool Maximize { get; init; }

    /// <summary>The names of the tensors kept for each parameter, PyTorch's in the state dict: <c>exp_avg</c>.</summary>
    protected abstract IReadOnlyList<string> StateNames { get; }

    /// <summary>The names of the single numbers kept for each parameter: <see cref="ParameterState.Numbers"/>.</summary>
    protected virtual IReadOnlyList<string> NumberNames => [];

    /// <summary>The names of the tensors kept for one parameter, where not all have the same: <see cref="StateNames"/> by default.</summary>
    /// <param name="parameter">The parameter.</param>
    protected virtual IReadOnlyList<string> StateNamesOf(Parameter parameter) => StateNames;

    /// <summary>What a tensor of the state is before the first update: zeros of the parameter's shape by default.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="index">Which tensor, by its place among <see cref="StateNamesOf"/>.</param>
    /// <param name="group">The group of the parameter.</param>
    protected virtual Tensor NewState(Parameter parameter, int index, ParameterGroup group) => Tensor.ZerosLike(parameter);

    /// <summary>Changes one parameter in place. Gradients are off while it runs.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="gradient">Its gradient, of its shape.</param>
    /// <param name="state">What the optimizer remembers of it.</param>
    /// <param name="group">The group it belongs to.</param>
    protected abstract void Update(Parameter parameter, Tensor gradient, ParameterState state, ParameterGroup group);

    /// <summary>Changes, by a sparse gradient, the rows of a table that it has. Not every optimizer can leave the others as they are.</summary>
    /// <param name="parameter">The table.</param>
    /// <param name="gradient">Its gradient.</param>
    /// <param name="state">What the optimizer remembers of it.</param>
    /// <param name="group">The group it belongs to.</param>
    /// <exception cref="GradException">The optimizer, or one of its options, has no form for sparse gradients.</exception>
    protected virtual void UpdateRows(Parameter parameter, RowSparseGradient gradient, ParameterState state, ParameterGroup group) =>
        throw NotForRows(parameter, "a sparse gradient");

    /// <summary>One step of a formula in one pass over memory, uphill if <see cref="Maximize"/> is set.</summary>
    /// <typeparam name="TOp">The formula.</typeparam>
    /// <param name="op">Its numbers.</param>
    /// <param name="parameter">What is updated.</param>
    /// <param name="gradient">Its gradient.</param>
    /// <param name="state0">The first state, if the formula has one.</param>
    /// <param name="state1">The second.</param>
    /// <param name="state2">The third.</param>
    protected void Fused<TOp>(TOp op, Parameter parameter, Tensor gradient, Tensor? state0 = null, Tensor? state1 = null, Tensor? state2 = null)
        where TOp : unmanaged, IUpdateOp
    {
        if (Maximize) Op.Update(new Ascent<TOp>(op), parameter, gradient, state0, state1, state2);
        else Op.Update(op, parameter, gradient, state0, state1, state2);
    }

    /// <summary>As <see cref="Fused"/>, for the rows that a sparse gradient has; the others, and their states, are not touched.</summary>
    private protected void FusedRows<TOp>(TOp op, Parameter parameter, RowSparseGradient gradient, Tensor? state0 = null, Tensor? state1 = null)
        where TOp : unmanaged, IUpdateOp
    {
        if (Maximize) Op.UpdateRows(new Ascent<TOp>(op), parameter, gradient, state0, state1);
        else Op.UpdateRows(op, parameter, gradient, state0, state1);
    }

    /// <summary>The refusal of a sparse gradient.</summary>
    private protected GradException NotForRows(Parameter parameter, string what) =>
        new($"{GetType().Name}: there is no form of it for {what}, and the table {parameter.Shape} has a sparse gradient. SGD without momentum, Adam without AMSGrad, and Adagrad have one, all without weight decay; or make the embedding without sparse: true.");

    /// <summary>Forgets the gradients of all parameters. Matches torch.optim.Optimizer.zero_grad(set_to_none=True).</summary>
    public void ZeroGrad()
    {
        foreach (ParameterGroup group in Groups)
            foreach (Parameter parameter in group.Parameters) parameter.ClearGradient();
    }

    /// <summary>Changes every parameter that has a gradient; frozen and unused ones stay as they are.</summary>
    public virtual void Step()
    {
        using Grad.Scope off = Grad.Off();
        foreach (ParameterGroup group in Groups)
        {
            foreach (Parameter parameter in group.Parameters)
            {
                Tensor? gradient = parameter.CollectedGradient;
                RowSparseGradient? rows = parameter.CollectedRows;
                if (gradient is null && rows is null) continue;
                if (!states.TryGetValue(parameter, out ParameterState? state)) state = NewState(parameter, group);
                state.Step++;
                try
                {
                    if (gradient is not null) Update(parameter, gradient, state, group);
                    else UpdateRows(parameter, rows!, state, group);
                }
                catch (GradException)
                {
                    // A refused step has not been taken.
                    state.Step--;
                    throw;
                }
                states[parameter] = state;
            }
        }
    }

    /// <summary>One step of training: forgets the old gradients, computes those of the loss, changes the parameters.</summary>
    /// <param name="loss">A tensor with one element.</param>
    /// <exception cref="GradException">The loss does not depend on a parameter that requires a gradient, or has several elements.</exception>
    public virtual void Step(Tensor loss)
    {
        ZeroGrad();
        loss.Backward();
        Step();
    }

    /// <summary>
    /// One step of training from a function that computes the loss, which <see cref="LBFGS"/> calls several times and all
    /// others once. Gradients are cleared and computed here, not by the function.
    /// </summary>
    /// <param name="loss">Computes the loss, a tensor with one element, from the parameters as they are when it is called.</param>
    /// <returns>The loss before the step.</returns>
    public virtual Tensor Step(Func<Tensor> loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        Tensor before = loss();
        Step(before);
        return before;
    }

    private ParameterState NewState(Parameter parameter, ParameterGroup group)
    {
        // The state outlives the step that makes it, and with it the scope that a step may run in.
        using var outside = TensorScope.Outside();
        var tensors = new Tensor[StateNamesOf(parameter).Count];
        for (int i = 0; i < tensors.Length; i++) tensors[i] = NewState(parameter, i, group);
        return new ParameterState(tensors, NumberNames.Count);
    }

    internal static double NotNegative(double value, string name) => value >= 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} must be a number ≥ 0, not {value}."));

    private protected static double Fraction(double value, string name) => value is >= 0 and < 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} must lie in [0, 1), not be {value}."));
}
