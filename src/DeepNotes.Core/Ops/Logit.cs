namespace DeepNotes;

public partial class Tensor
{
    /// <summary>ln(x / (1 − x)) of every element: the inverse of <see cref="Sigmoid"/>; NaN outside [0, 1]. Matches torch.logit.</summary>
    /// <param name="epsilon">Elements are first limited to [ε, 1 − ε]; 0, the default, for no limit.</param>
    /// <exception cref="ArgumentOutOfRangeException">ε is not from 0 to 1/2.</exception>
    public Tensor Logit(double epsilon = 0)
    {
        if (!(epsilon is >= 0 and <= 0.5)) throw new ArgumentOutOfRangeException(nameof(epsilon), $"Logit: epsilon must be from 0 to 0.5; it is {epsilon}.");
        if (DType.IsNarrow()) return Widened().Logit(epsilon).To(DType);
        var x = epsilon > 0 ? Clamp(epsilon, 1 - epsilon) : this;
        return (x / (1.0 - x)).Log();
    }
}
