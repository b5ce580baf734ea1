namespace DeepNotes;

public partial class Tensor
{
    /// <summary>Numbers in place of NaN and the infinities; the gradient there is 0. Matches torch.nan_to_num.</summary>
    /// <param name="nan">Instead of NaN.</param>
    /// <param name="positiveInfinity">Instead of ∞; the largest number of the type by default.</param>
    /// <param name="negativeInfinity">Instead of −∞; the smallest number of the type by default.</param>
    public Tensor NanToNum(double nan = 0, double? positiveInfinity = null, double? negativeInfinity = null)
    {
        if (!DType.IsFloatingPoint()) return this;
        double largest = DType switch
        {
            DType.Float32 => float.MaxValue,
            DType.Float16 => (double)Half.MaxValue,
            DType.BFloat16 => 3.3895313892515355e38,
            _ => double.MaxValue,
        };
        var y = Where(IsNaN(), nan, this);
        y = Where(Eq(double.PositiveInfinity), positiveInfinity ?? largest, y);
        return Where(Eq(double.NegativeInfinity), negativeInfinity ?? -largest, y);
    }
}
