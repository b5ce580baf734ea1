using DeepNotes.Lanes;
using DeepNotes.Ops;
using ILGPU;

namespace DeepNotes.Gpu.Lanes;

/// <summary>The Float64 number of one GPU thread.</summary>
internal readonly struct Thread64(double value) : IThreadLane<Thread64, double>
{
    private readonly double value = value;

    public static bool IsDouble => true;

    public static bool IsInteger => false;

    public static Thread64 Load(double value) => new(value);
    public static double Store(Thread64 x) => x.value;
    public static byte Bit(Thread64 mask) => (byte)(mask.value != 0 ? 1 : 0);
    public static Thread64 Const(double c) => new(c);
    public static Thread64 Const(double single, double wide) => new(wide);
    public static double ToDouble(Thread64 x) => x.value;
    public static long ToInt64(Thread64 x) => (long)x.value;
    public static Thread64 FromDouble(double value) => new(value);
    public static Thread64 FromInt64(long value) => new(value);

    public static Thread64 operator +(Thread64 a, Thread64 b) => new(Intrinsics.Add(a.value, b.value));
    public static Thread64 operator -(Thread64 a, Thread64 b) => new(Intrinsics.Subtract(a.value, b.value));
    public static Thread64 operator *(Thread64 a, Thread64 b) => new(Intrinsics.Multiply(a.value, b.value));
    public static Thread64 operator /(Thread64 a, Thread64 b) => new(Intrinsics.Divide(a.value, b.value));
    public static Thread64 operator -(Thread64 a) => OfBits(Bits(a) ^ 0x8000000000000000);
    public static Thread64 operator <(Thread64 a, Thread64 b) => Mask(a.value < b.value);
    public static Thread64 operator >(Thread64 a, Thread64 b) => Mask(a.value > b.value);
    public static Thread64 operator <=(Thread64 a, Thread64 b) => Mask(a.value <= b.value);
    public static Thread64 operator >=(Thread64 a, Thread64 b) => Mask(a.value >= b.value);
    public static Thread64 Equal(Thread64 a, Thread64 b) => Mask(a.value == b.value);
    public static Thread64 Where(Thread64 mask, Thread64 a, Thread64 b) => mask.value != 0 ? a : b;

    public static Thread64 Min(Thread64 a, Thread64 b) => IsOrdered(a, b) ? new(Intrinsics.MinNumber(a.value, b.value)) : a + b;
    public static Thread64 Max(Thread64 a, Thread64 b) => IsOrdered(a, b) ? new(Intrinsics.MaxNumber(a.value, b.value)) : a + b;
    public static Thread64 MinNative(Thread64 a, Thread64 b) => new(Intrinsics.Lesser(a.value, b.value));
    public static Thread64 MaxNative(Thread64 a, Thread64 b) => new(Intrinsics.Greater(a.value, b.value));
    public static Thread64 Abs(Thread64 x) => OfBits(Bits(x) & 0x7FFFFFFFFFFFFFFF);
    public static Thread64 Sqrt(Thread64 x) => new(Math.Sqrt(x.value));
    public static Thread64 Call<TOp>(TOp op, Thread64 x) where TOp : unmanaged, IUnaryOp => op.Apply(x);
    public static Thread64 Call<TOp>(TOp op, Thread64 a, Thread64 b) where TOp : unmanaged, IBinaryOp => op.Apply(a, b);
    public static Thread64 Choose<TSingle, TDouble>(Thread64 x) where TSingle : unmanaged, IPiece where TDouble : unmanaged, IPiece => default(TDouble).Of(x);

    public static Thread64 Fma(Thread64 a, Thread64 b, Thread64 c) => new(Intrinsics.Fma(a.value, b.value, c.value));
    public static Thread64 ProductError(Thread64 a, Thread64 b, Thread64 product) => Fma(a, b, -product);
    public static Thread64 Round(Thread64 x) => new(Intrinsics.Round(x.value));
    public static Thread64 Floor(Thread64 x) => new(Intrinsics.Floor(x.value));
    public static Thread64 And(Thread64 a, Thread64 b) => OfBits(Bits(a) & Bits(b));
    public static Thread64 Or(Thread64 a, Thread64 b) => OfBits(Bits(a) | Bits(b));
    public static Thread64 Xor(Thread64 a, Thread64 b) => OfBits(Bits(a) ^ Bits(b));
    public static Thread64 CopySign(Thread64 magnitude, Thread64 sign) => OfBits((Bits(magnitude) & 0x7FFFFFFFFFFFFFFF) | (Bits(sign) & 0x8000000000000000));
    public static Thread64 ScaleByPowerOf2(Thread64 x, Thread64 n) => x * OfBits((ulong)((long)n.value + 1023) << 52);

    // The first product is a normal number, so only the second one rounds.
    public static Thread64 ScaleByLargePowerOf2(Thread64 x, Thread64 n)
    {
        Thread64 half = Floor(n * new Thread64(0.5));
        return ScaleByPowerOf2(ScaleByPowerOf2(x, half), n - half);
    }

    // Adding the bits between 4/3 and 2 carries into the exponent exactly where the mantissa is to be halved.
    public static Thread64 Exponent(Thread64 x) => new((int)((Bits(x) + 0x000AAAAAAAAAAAAB) >> 52) - 1023);
    public static Thread64 Mantissa(Thread64 x) => OfBits(Bits(x) + 0x3FF0000000000000 - ((Bits(x) + 0x000AAAAAAAAAAAAB) & 0xFFF0000000000000));

    private static bool IsOrdered(Thread64 a, Thread64 b) => (Bits(a) & 0x7FFFFFFFFFFFFFFF) <= 0x7FF0000000000000 & (Bits(b) & 0x7FFFFFFFFFFFFFFF) <= 0x7FF0000000000000;
    private static Thread64 Mask(bool holds) => new(holds ? 1.0 : 0.0);
    private static ulong Bits(Thread64 x) => Interop.FloatAsInt(x.value);
    private static Thread64 OfBits(ulong bits) => new(Interop.IntAsFloat(bits));
}
