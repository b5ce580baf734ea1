namespace DeepNotes;

public partial class Tensor
{
    /// <summary>The bits of the integers moved up, zeros coming in: a·2ᵇ, which wraps around; the tensors broadcast. Matches torch.bitwise_left_shift.</summary>
    /// <param name="a">Integers.</param>
    /// <param name="places">b, not negative.</param>
    /// <exception cref="DTypeException">An operand is not of integers.</exception>
    public static Tensor operator <<(Tensor a, Tensor places)
    {
        CheckShift(a, places);
        // In Int64 every power up to 2⁶³ has its bit, and what is cut off when the result is stored is what wraps around.
        var type = DTypes.Promote(a, places);
        return (a.To(DType.Int64) * FullLike(places.To(DType.Int64), 2).Pow(places.To(DType.Int64))).To(type);
    }

    /// <summary>The bits of the integers moved down, the sign coming in: a / 2ᵇ, rounded down; the tensors broadcast. Matches torch.bitwise_right_shift.</summary>
    /// <param name="a">Integers.</param>
    /// <param name="places">b, not negative.</param>
    /// <exception cref="DTypeException">An operand is not of integers.</exception>
    public static Tensor operator >>(Tensor a, Tensor places)
    {
        CheckShift(a, places);
        var type = DTypes.Promote(a, places);
        var (rest, wide) = (places.To(DType.Int64), a.To(DType.Int64));
        // 2⁶³ is no Int64, so the way is gone in three steps.
        for (int step = 0; step < 3; step++)
        {
            var part = rest.Clamp(0, 31);
            wide = wide.FloorDivide(FullLike(part, 2).Pow(part));
            rest -= part;
        }
        return wide.To(type);
    }

    private static void CheckShift(Tensor a, Tensor places)
    {
        foreach (var x in (ReadOnlySpan<Tensor>)[a, places])
        {
            if (x.DType.IsFloatingPoint() || x.DType == DType.Bool) throw new DTypeException($"A shift moves the bits of integers; the elements are {x.DType}.");
        }
    }
}
