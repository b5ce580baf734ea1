using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Nn;

/// <summary>
/// Resilient backpropagation: every weight has a step of its own, which grows while its gradient keeps its sign and shrinks
/// when it changes; the gradient's size does not count (Riedmiller and Braun 1993, "A direct adaptive method for faster
/// backpropagation learning"). For gradients of the whole data set, not of batches. Matches torch.optim.Rprop.
/// </summary>
public sealed class Rprop : Optimizer
{
    private readonly double shrink;
    private readonly double growth;
    private readonly double smallest;
    private readonly double largest;

    /// <summary>An optimizer of parameters that are all trained alike.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="learningRate">The first step of every weight.</param>
    /// <param name="shrink">What a step is multiplied by when the gradient changes its sign, from 0 to 1.</param>
    /// <param name="growth">What it is multiplied by when the sign stays, above 1.</param>
    /// <param name="smallest">The smallest step.</param>
    /// <param name="largest">The largest step.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factors are not 0 &lt; shrink &lt; 1 &lt; growth.</exception>
    public Rprop(IEnumerable<Parameter> parameters, double learningRate = 1e-2, double shrink = 0.5, double growth = 1.2, double smallest = 1e-6, double largest = 50)
        : this([new ParameterGroup(parameters)], learningRate, shrink, growth, smallest, largest) { }

    /// <summary>An optimizer of groups of parameters.</summary>
    /// <param name="groups">The groups; a learning rate that one sets is its own.</param>
    /// <param name="learningRate">The first step of every weight.</param>
    /// <param name="shrink">What a step is multiplied by when the gradient changes its sign, from 0 to 1.</param>
    /// <param name="growth">What it is multiplied by when the sign stays, above 1.</param>
    /// <param name="smallest">The smallest step.</param>
    /// <param name="largest">The largest step.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factors are not 0 &lt; shrink &lt; 1 &lt; growth.</exception>
    public Rprop(IEnumerable<ParameterGroup> groups, double learningRate = 1e-2, double shrink = 0.5, double growth = 1.2, double smallest = 1e-6, double largest = 50)
        : base(groups, learningRate, weightDecay: 0)
    {
        if (!(shrink > 0 && shrink < 1 && growth > 1 && double.IsFinite(growth))) throw new ArgumentOutOfRangeException(nameof(shrink), $"Rprop: steps shrink by a factor from 0 to 1 and grow by one above 1, not by {shrink} and {growth}.");
        if (Groups.Any(g => g.WeightDecay != 0)) throw new ArgumentException("Rprop: it goes by the gradient's sign alone and has no weight decay.", nameof(groups));
        this.shrink = shrink;
        this.growth = growth;
        this.smallest = NotNegative(smallest, nameof(smallest));
        this.largest = NotNegative(largest, nameof(largest));
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> StateNames => ["prev", "step_size"];

    /// <inheritdoc/>
    protected override Tensor NewState(Parameter parameter, int index, ParameterGroup group) =>
        index == 0 ? Tensor.ZerosLike(parameter) : Tensor.FullLike(parameter, group.LearningRate);

    /// <inheritdoc/>
    protected override void Update(Parameter parameter, Tensor gradient, ParameterState state, ParameterGroup group) =>
        Fused(new RpropUpdate(shrink, growth, smallest, largest), parameter, gradient, state[0], state[1]);
}

/// <summary>s ← clamp(s·(η⁺ if g·g′ &gt; 0, η⁻ if g·g′ &lt; 0, else 1)), g ← 0 if g·g′ &lt; 0, p ← p − s·sign(g), g′ ← g.</summary>
/// <param name="Shrink">η⁻.</param>
/// <param name="Growth">η⁺.</param>
/// <param name="Smallest">The smallest s.</param>
/// <param name="Largest">The largest s.</param>
public readonly record struct RpropUpdate(double Shrink, double Growth, double Smallest, double Largest) : IUpdateOp
{
    /// <inheritdoc/>
    public int States => 2;

    /// <inheritdoc/>
    [MethodImpl(AggressiveInlining)]
    public void Apply<V>(ref V p, V g, ref V s0, ref V s1, ref V s2) where V : INumberLane<V>
    {
        V zero = V.Const(0), product = g * s0;
        V factor = V.Where(product > zero, V.Const(Growth), V.Where(product < zero, V.Const(Shrink), V.Const(1)));
        s1 = V.Min(V.Max(s1 * factor, V.Const(Smallest)), V.Const(Largest));
        s0 = V.Where(product < zero, zero, g);
        p -= V.Where(s0 > zero, s1, V.Where(s0 < zero, -s1, zero));
    }
}
