namespace DeepNotes.Nn;

/// <summary>The base class of losses that compare predictions with what they should be.</summary>
/// <param name="reduction">How the losses are put together.</param>
public abstract partial class Loss(Reduction reduction) : Module
{
    /// <summary>How the losses of a batch are put together.</summary>
    public Reduction Reduction { get; } = reduction;

    /// <summary>Computes the loss.</summary>
    /// <param name="input">The predictions.</param>
    /// <param name="target">What they should be.</param>
    /// <returns>A scalar, or the losses without reduction.</returns>
    /// <exception cref="ShapeException">The shapes do not fit each other.</exception>
    /// <exception cref="DTypeException">The element types do not fit each other or the loss.</exception>
    public Tensor Forward(Tensor input, Tensor target)
    {
        try
        {
            return Compute(input, target);
        }
        catch (Exception e) when (NamedErrors.IsNameless(e, this))
        {
            throw NamedErrors.With(e, this);
        }
    }

    /// <summary>The loss's formula.</summary>
    /// <param name="input">The predictions.</param>
    /// <param name="target">What they should be.</param>
    protected abstract Tensor Compute(Tensor input, Tensor target);
}
