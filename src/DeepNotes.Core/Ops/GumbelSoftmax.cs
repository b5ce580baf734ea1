namespace DeepNotes;

public partial class Tensor
{
    /// <summary>
    /// A class drawn with the probabilities of these logits, softened so that it has a gradient: the softmax of (x + g)/τ with noise g from
    /// Gumbel's distribution (Jang et al. 2017, "Categorical Reparameterization with Gumbel-Softmax"). Matches torch.nn.functional.gumbel_softmax.
    /// </summary>
    /// <param name="temperature">τ, above 0; the smaller, the nearer to one class.</param>
    /// <param name="hard">True for 1 at the class drawn and 0 elsewhere, with the gradient of the soft one.</param>
    /// <param name="dimension">That of the classes; negative ones count from the end.</param>
    /// <param name="rng">The stream to draw from; the calling thread's own by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The temperature is not above 0.</exception>
    /// <exception cref="ShapeException">There is no such dimension.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor GumbelSoftmax(double temperature = 1, bool hard = false, int dimension = -1, Rng? rng = null)
    {
        if (!(temperature > 0)) throw new ArgumentOutOfRangeException(nameof(temperature), temperature, $"GumbelSoftmax: the temperature must be above 0; it is {temperature}.");
        Floating(DType, nameof(GumbelSoftmax));
        dimension = Shape.Dimension(dimension, nameof(GumbelSoftmax));
        Tensor logits = Widened();
        // The logarithm of 0 would be a class of infinite weight.
        Tensor unit = RandLike(logits, rng).Clamp(minimum: 1e-37);
        Tensor soft = ((logits - (-unit.Log()).Log()) / temperature).Softmax(dimension);
        if (!hard) return soft.To(DType);
        Tensor one = ZerosLike(soft).Scatter(dimension, soft.ArgMax(dimension, keepDim: true), 1);
        return (one - soft.Detach() + soft).To(DType);
    }
}
