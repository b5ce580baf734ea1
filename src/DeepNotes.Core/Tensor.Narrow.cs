namespace DeepNotes;

public partial class Tensor
{
    /// <summary>
    /// 16-bit numbers as Float32, everything else as it is. An operation made of others begins with
    /// <c>if (DType.IsNarrow()) return Widened().Operation(other.Widened()).To(DType);</c>: it rounds once, not at every step, and so does its gradient.
    /// </summary>
    internal Tensor Widened() => DType.IsNarrow() ? To(DType.Float32) : this;
}
