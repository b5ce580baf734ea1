namespace DeepNotes.Nn;

/// <summary>
/// The cross-entropy of finding, for each query, the key that belongs to it among others, by the cosine of their angle over a
/// temperature (van den Oord et al. 2018, "Representation Learning with Contrastive Predictive Coding").
/// </summary>
/// <param name="temperature">Above 0.</param>
/// <param name="reduction">How the losses are put together; their mean by default.</param>
/// <exception cref="ArgumentOutOfRangeException">The temperature is not above 0.</exception>
public sealed partial class InfoNCELoss(double temperature = 0.1, Reduction reduction = Reduction.Mean) : Module
{
    private readonly double temperature = temperature > 0 ? temperature : throw new ArgumentOutOfRangeException(nameof(temperature), temperature, $"InfoNCELoss: the temperature must be above 0; it is {temperature}.");

    /// <summary>Computes the loss.</summary>
    /// <param name="query">The queries, <c>[N, D]</c>.</param>
    /// <param name="positive">The key that belongs to each, <c>[N, D]</c>.</param>
    /// <param name="negative">Keys that do not: <c>[M, D]</c> for all, or <c>[N, M, D]</c> for each its own; by default the positive keys of the other queries.</param>
    /// <returns>A scalar, or the losses without reduction.</returns>
    /// <exception cref="ShapeException">The shapes do not fit each other.</exception>
    /// <exception cref="DTypeException">The element types do not fit each other.</exception>
    public Tensor Forward(Tensor query, Tensor positive, Tensor? negative = null)
    {
        try
        {
            return query.InfoNceLoss(positive, negative, temperature, reduction);
        }
        catch (Exception e) when (NamedErrors.IsNameless(e, this))
        {
            throw NamedErrors.With(e, this);
        }
    }
}
