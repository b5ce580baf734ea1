namespace DeepNotes;

public partial class Tensor
{
    /// <summary>Numbers at even distances from start to end, both included. Matches torch.linspace.</summary>
    /// <param name="start">The first number.</param>
    /// <param name="end">The last number.</param>
    /// <param name="count">How many.</param>
    /// <param name="dtype">The element type; Float32 by default.</param>
    public static Tensor Linspace(double start, double end, int count, DType dtype = DType.Float32)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var values = new double[count];
        double step = count > 1 ? (end - start) / (count - 1) : 0;
        // From both ends, so that the last number is the end and the sequence is symmetric.
        for (int i = 0; i < count; i++) values[i] = i < count / 2 || count == 1 ? start + i * step : end - (count - 1 - i) * step;
        return From<double>(values).To(dtype);
    }

    /// <summary>Powers of a base at even distances of the exponent. Matches torch.logspace.</summary>
    /// <param name="start">The first exponent.</param>
    /// <param name="end">The last exponent.</param>
    /// <param name="count">How many.</param>
    /// <param name="numberBase">The base; 10 by default.</param>
    /// <param name="dtype">The element type; Float32 by default.</param>
    public static Tensor Logspace(double start, double end, int count, double numberBase = 10, DType dtype = DType.Float32)
    {
        var exponents = Linspace(start, end, count, DType.Float64).ToArray<double>();
        for (int i = 0; i < exponents.Length; i++) exponents[i] = Math.Pow(numberBase, exponents[i]);
        return From<double>(exponents).To(dtype);
    }

    /// <summary>One number in the shape, type and place of another tensor. Matches torch.full_like.</summary>
    /// <param name="other">What it is like.</param>
    /// <param name="value">The number in every element.</param>
    public static Tensor FullLike(Tensor other, double value) => Full(other.Shape, value, other.DType, other.Device);

    /// <summary>Uniform random numbers in the shape, type and place of another tensor. Matches torch.rand_like.</summary>
    /// <param name="other">What it is like; floating point.</param>
    /// <param name="rng">The stream to draw from; the calling thread's own by default.</param>
    public static Tensor RandLike(Tensor other, Rng? rng = null) => Rand(other.Shape, other.DType, rng).To(other.Device);

    /// <summary>Normal random numbers in the shape, type and place of another tensor. Matches torch.randn_like.</summary>
    /// <param name="other">What it is like; floating point.</param>
    /// <param name="rng">The stream to draw from; the calling thread's own by default.</param>
    public static Tensor RandnLike(Tensor other, Rng? rng = null) => Randn(other.Shape, other.DType, rng).To(other.Device);

    /// <summary>Whole random numbers in the shape, type and place of another tensor. Matches torch.randint_like.</summary>
    /// <param name="other">What it is like.</param>
    /// <param name="low">The smallest.</param>
    /// <param name="high">Not included; above low.</param>
    /// <param name="rng">The stream to draw from; the calling thread's own by default.</param>
    public static Tensor RandIntLike(Tensor other, long low, long high, Rng? rng = null) => RandInt(low, high, other.Shape, other.DType, rng).To(other.Device);

    /// <summary>1 with the probability that each element says, otherwise 0. Matches torch.bernoulli.</summary>
    /// <param name="probabilities">Floating point, from 0 to 1.</param>
    /// <param name="rng">The stream to draw from; the calling thread's own by default.</param>
    /// <exception cref="DTypeException">The probabilities are not floating point.</exception>
    public static Tensor Bernoulli(Tensor probabilities, Rng? rng = null)
    {
        var p = probabilities.Detach();
        return (RandLike(p, rng) < p).To(p.DType);
    }
}
