using DeepNotes.Lanes;
using DeepNotes.Ops;
using ILGPU;

namespace DeepNotes.Gpu.Lanes;

/// <summary>The Float32 number of one GPU thread.</summary>
internal readonly struct Thread32(float value) : IThreadLane<Thread32, float>
{
    private readonly float value = value;

    public static bool IsDouble => false;

    public static bool IsInteger => false;

    public static Thread32 Load(float value) => new(value);
    public static float Store(Thread32 x) => x.value;
    public static byte Bit(Thread32 mask) => (byte)(mask.value != 0 ? 1 : 0);
    public static Thread32 Const(double c) => new((float)c);
    public static Thread32 Const(double single, double wide) => new((float)single);
    public static double ToDouble(Thread32 x) => x.value;
    public static long ToInt64(Thread32 x) => (long)x.value;
    public static Thread32 FromDouble(double value) => new((float)value);
    public static Thread32 FromInt64(long value) => new(value);

    public static Thread32 operator +(Thread32 a, Thread32 b) => new(Intrinsics.Add(a.value, b.value));
    public static Thread32 operator -(Thread32 a, Thread32 b) => new(Intrinsics.Subtract(a.value, b.value));
    public static Thread32 operator *(Thread32 a, Thread32 b) => new(Intrinsics.Multiply(a.value, b.value));
    public static Thread32 operator /(Thread32 a, Thread32 b) => new(Intrinsics.Divide(a.value, b.value));
    public static Thread32 operator -(Thread32 a) => OfBits(Bits(a) ^ 0x80000000);
    public static Thread32 operator <(Thread32 a, Thread32 b) => Mask(a.value < b.value);
    public static Thread32 operator >(Thread32 a, Thread32 b) => Mask(a.value > b.value);
    public static Thread32 operator <=(Thread32 a, Thread32 b) => Mask(a.value <= b.value);
    public static Thread32 operator >=(Thread32 a, Thread32 b) => Mask(a.value >= b.value);
    public static Thread32 Equal(Thread32 a, Thread32 b) => Mask(a.value == b.value);
    public static Thread32 Where(Thread32 mask, Thread32 a, Thread32 b) => mask.value != 0 ? a : b;

    public static Thread32 Min(Thread32 a, Thread32 b) => IsOrdered(a, b) ? new(Intrinsics.MinNumber(a.value, b.value)) : a + b;
    public static Thread32 Max(Thread32 a, Thread32 b) => IsOrdered(a, b) ? new(Intrinsics.MaxNumber(a.value, b.value)) : a + b;
    public static Thread32 MinNative(Thread32 a, Thread32 b) => new(Intrinsics.Lesser(a.value, b.value));
    public static Thread32 MaxNative(Thread32 a, Thread32 b) => new(Intrinsics.Greater(a.value, b.value));
    public static Thread32 Abs(Thread32 x) => OfBits(Bits(x) & 0x7FFFFFFF);
    public static Thread32 Sqrt(Thread32 x) => new(MathF.Sqrt(x.value));
    public static Thread32 Call<TOp>(TOp op, Thread32 x) where TOp : unmanaged, IUnaryOp => op.Apply(x);
    public static Thread32 Call<TOp>(TOp op, Thread32 a, Thread32 b) where TOp : unmanaged, IBinaryOp => op.Apply(a, b);
    public static Thread32 Choose<TSingle, TDouble>(Thread32 x) where TSingle : unmanaged, IPiece where TDouble : unmanaged, IPiece => default(TSingle).Of(x);

    public static Thread32 Fma(Thread32 a, Thread32 b, Thread32 c) => new(Intrinsics.Fma(a.value, b.value, c.value));
    public static Thread32 ProductError(Thread32 a, Thread32 b, Thread32 product) => Fma(a, b, -product);
    public static Thread32 Round(Thread32 x) => new(Intrinsics.Round(x.value));
    public static Thread32 Floor(Thread32 x) => new(Intrinsics.Floor(x.value));
    public static Thread32 And(Thread32 a, Thread32 b) => OfBits(Bits(a) & Bits(b));
    public static Thread32 Or(Thread32 a, Thread32 b) => OfBits(Bits(a) | Bits(b));
    public static Thread32 Xor(Thread32 a, Thread32 b) => OfBits(Bits(a) ^ Bits(b));
    public static Thread32 CopySign(Thread32 magnitude, Thread32 sign) => OfBits((Bits(magnitude) & 0x7FFFFFFF) | (Bits(sign) & 0x80000000));
    public static Thread32 ScaleByPowerOf2(Thread32 x, Thread32 n) => x * OfBits((uint)((int)n.value + 127) << 23);

    // The first product is a normal number, so only the second one rounds.
    public static Thread32 ScaleByLargePowerOf2(Thread32 x, Thread32 n)
    {
        Thread32 half = Floor(n * new Thread32(0.5f));
        return ScaleByPowerOf2(ScaleByPowerOf2(x, half), n - half);
    }

    // Adding the bits between 4/3 and 2 carries into the exponent exactly where the mantissa is to be halved.
    public static Thread32 Exponent(Thread32 x) => new((int)((Bits(x) + 0x00555555) >> 23) - 127);
    public static Thread32 Mantissa(Thread32 x) => OfBits(Bits(x) + 0x3F800000 - ((Bits(x) + 0x00555555) & 0xFF800000));

    private static bool IsOrdered(Thread32 a, Thread32 b) => (Bits(a) & 0x7FFFFFFF) <= 0x7F800000 & (Bits(b) & 0x7FFFFFFF) <= 0x7F800000;
    private static Thread32 Mask(bool holds) => new(holds ? 1f : 0f);
    private static uint Bits(Thread32 x) => Interop.FloatAsInt(x.value);
    private static Thread32 OfBits(uint bits) => new(Interop.IntAsFloat(bits));
}
