namespace DeepNotes;

public partial class Tensor
{
    /// <summary>A Bool tensor of where |a − b| ≤ absolute + relative·|b|; the tensors broadcast. Infinities are close to themselves. Matches torch.isclose.</summary>
    /// <param name="other">b.</param>
    /// <param name="relative">1e-5 by default.</param>
    /// <param name="absolute">1e-8 by default.</param>
    /// <param name="equalNaN">True for NaN being close to NaN.</param>
    /// <exception cref="DTypeException">The types differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A tolerance is negative.</exception>
    public Tensor IsClose(Tensor other, double relative = 1e-5, double absolute = 1e-8, bool equalNaN = false)
    {
        if (DType != other.DType) throw new DTypeException($"IsClose: the tensors must have one type; they are {DType} and {other.DType}. Convert one with To.");
        if (!(relative >= 0 && absolute >= 0)) throw new ArgumentOutOfRangeException(nameof(relative), $"IsClose: tolerances are not negative; they are {relative} and {absolute}.");
        using var off = DeepNotes.Grad.Off();
        var equal = Eq(other);
        if (equalNaN && DType.IsFloatingPoint()) equal |= IsNaN() & other.IsNaN();
        // Differences of integers may leave their type, and those of 16-bit numbers would be rounded.
        var (a, b) = DType == DType.Float32 ? (this, other) : (To(DType.Float64), other.To(DType.Float64));
        var distance = (a - b).Abs();
        return equal | (distance.IsFinite() & (distance <= b.Abs() * relative + absolute));
    }

    /// <summary>Whether all elements are close, see <see cref="IsClose"/>. Matches torch.allclose.</summary>
    /// <inheritdoc cref="IsClose"/>
    public bool AllClose(Tensor other, double relative = 1e-5, double absolute = 1e-8, bool equalNaN = false) => IsClose(other, relative, absolute, equalNaN).All().Item<bool>();
}
