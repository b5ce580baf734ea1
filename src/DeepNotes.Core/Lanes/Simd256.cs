using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Lanes;

/// <summary>A lane of 256 bits.</summary>
internal unsafe struct Simd256<T> : ISimdLane<Simd256<T>, T> where T : unmanaged
{
    // Set by initializers: a constructor would cost the compiler two more locals an operation, and it stops inlining at 512.
    private Vector256<T> value;

    public static int Count => Vector256<T>.Count;

    public static bool IsDouble => typeof(T) == typeof(double);

    public static bool IsFused => Fma3.IsFast;

    [MethodImpl(AggressiveInlining)] public static Simd256<T> Load(T* source) => new() { value = Vector256.Load(source) };
    [MethodImpl(AggressiveInlining)] public static void Store(Simd256<T> x, T* target) => x.value.Store(target);
    [MethodImpl(AggressiveInlining)] public static Simd256<T> Broadcast(T value) => new() { value = Vector256.Create(value) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> Const(double c) => new() { value = Vector256.Create(Element<T>.From(c)) };
    [MethodImpl(AggressiveInlining)] public static ulong Bits(Simd256<T> mask) => mask.value.ExtractMostSignificantBits();

    [MethodImpl(AggressiveInlining)] public static Simd256<T> operator +(Simd256<T> a, Simd256<T> b) => new() { value = a.value + b.value };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> operator -(Simd256<T> a, Simd256<T> b) => new() { value = a.value - b.value };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> operator *(Simd256<T> a, Simd256<T> b) => new() { value = a.value * b.value };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> operator /(Simd256<T> a, Simd256<T> b) => new() { value = a.value / b.value };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> operator -(Simd256<T> a) => new() { value = -a.value };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> operator <(Simd256<T> a, Simd256<T> b) => new() { value = Vector256.LessThan(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> operator >(Simd256<T> a, Simd256<T> b) => new() { value = Vector256.GreaterThan(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> operator <=(Simd256<T> a, Simd256<T> b) => new() { value = Vector256.LessThanOrEqual(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> operator >=(Simd256<T> a, Simd256<T> b) => new() { value = Vector256.GreaterThanOrEqual(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> Equal(Simd256<T> a, Simd256<T> b) => new() { value = Vector256.Equals(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> Where(Simd256<T> mask, Simd256<T> a, Simd256<T> b) => new() { value = Vector256.ConditionalSelect(mask.value, a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> Min(Simd256<T> a, Simd256<T> b) => new() { value = Vector256.Min(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> Max(Simd256<T> a, Simd256<T> b) => new() { value = Vector256.Max(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> MinNative(Simd256<T> a, Simd256<T> b) => new() { value = Vector256.MinNative(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> MaxNative(Simd256<T> a, Simd256<T> b) => new() { value = Vector256.MaxNative(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> Abs(Simd256<T> x) => new() { value = Vector256.Abs(x.value) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> Sqrt(Simd256<T> x) => new() { value = Vector256.Sqrt(x.value) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> CopySign(Simd256<T> magnitude, Simd256<T> sign) => new() { value = Vector256.CopySign(magnitude.value, sign.value) };
    [MethodImpl(AggressiveInlining)] public static Simd256<T> Call<TOp>(TOp op, Simd256<T> x) where TOp : unmanaged, IUnaryOp => op.Apply(x);
    [MethodImpl(AggressiveInlining)] public static Simd256<T> Call<TOp>(TOp op, Simd256<T> a, Simd256<T> b) where TOp : unmanaged, IBinaryOp => op.Apply(a, b);

    [MethodImpl(AggressiveInlining)]
    public static Simd256<T> Fma(Simd256<T> a, Simd256<T> b, Simd256<T> c)
    {
        if (typeof(T) == typeof(float)) return Of(Vector256.MultiplyAddEstimate(a.Singles, b.Singles, c.Singles));
        if (typeof(T) == typeof(double)) return Of(Vector256.MultiplyAddEstimate(a.Doubles, b.Doubles, c.Doubles));
        return a * b + c;
    }

    [MethodImpl(AggressiveInlining)]
    public static Simd256<T> Round(Simd256<T> x)
    {
        if (typeof(T) == typeof(float)) return Of(Vector256.Round(x.Singles));
        if (typeof(T) == typeof(double)) return Of(Vector256.Round(x.Doubles));
        return x;
    }

    [MethodImpl(AggressiveInlining)]
    public static Simd256<T> Floor(Simd256<T> x)
    {
        if (typeof(T) == typeof(float)) return Of(Vector256.Floor(x.Singles));
        if (typeof(T) == typeof(double)) return Of(Vector256.Floor(x.Doubles));
        return x;
    }

    [MethodImpl(AggressiveInlining)]
    public static Simd256<T> ScaleByPowerOf2(Simd256<T> x, Simd256<T> n)
    {
        if (typeof(T) == typeof(float)) return Of(x.Singles * ((Vector256.ConvertToInt32Native(n.Singles) + Vector256.Create(127)) << 23).AsSingle());
        // Adding 1.5·2⁵² leaves the integer in the low bits: no conversion to 64-bit integers, which AVX2 lacks.
        if (typeof(T) == typeof(double)) return Of(x.Doubles * (((n.Doubles + Vector256.Create(6755399441055744.0)).AsInt64() + Vector256.Create(1023L)) << 52).AsDouble());
        throw Element<T>.FloatsOnly();
    }

    [MethodImpl(AggressiveInlining)]
    public static Simd256<T> ScaleByLargePowerOf2(Simd256<T> x, Simd256<T> n)
    {
        if (Avx512F.VL.IsSupported && typeof(T) == typeof(float)) return Of(Avx512F.VL.Scale(x.Singles, n.Singles));
        if (Avx512F.VL.IsSupported && typeof(T) == typeof(double)) return Of(Avx512F.VL.Scale(x.Doubles, n.Doubles));
        if (typeof(T) == typeof(float))
        {
            // The first product is a normal number, so only the second one rounds.
            Vector256<int> whole = Vector256.ConvertToInt32Native(n.Singles), half = whole >> 1, bias = Vector256.Create(127);
            return Of(x.Singles * ((half + bias) << 23).AsSingle() * ((whole - half + bias) << 23).AsSingle());
        }
        Simd256<T> low = Floor(n * Const(0.5));
        return ScaleByPowerOf2(ScaleByPowerOf2(x, low), n - low);
    }

    // Adding the bits between 4/3 and 2 carries into the exponent exactly where the mantissa is to be halved.
    [MethodImpl(AggressiveInlining)]
    public static Simd256<T> Exponent(Simd256<T> x)
    {
        if (typeof(T) == typeof(float)) return Of(Vector256.ConvertToSingle(((x.Singles.AsInt32() + Vector256.Create(0x00555555)) >>> 23) - Vector256.Create(127)));
        // The biased exponent under the bits of 2⁵² is the number 2⁵² + exponent.
        if (typeof(T) == typeof(double)) return Of((((x.Doubles.AsInt64() + Vector256.Create(0x000AAAAAAAAAAAABL)) >>> 52) | Vector256.Create(0x4330000000000000L)).AsDouble() - Vector256.Create(4503599627370496.0 + 1023));
        throw Element<T>.FloatsOnly();
    }

    [MethodImpl(AggressiveInlining)]
    public static Simd256<T> Mantissa(Simd256<T> x)
    {
        if (typeof(T) == typeof(float))
        {
            Vector256<int> bits = x.Singles.AsInt32();
            return Of((bits + Vector256.Create(0x3F800000) - ((bits + Vector256.Create(0x00555555)) & Vector256.Create(unchecked((int)0xFF800000)))).AsSingle());
        }
        if (typeof(T) == typeof(double))
        {
            Vector256<long> bits = x.Doubles.AsInt64();
            return Of((bits + Vector256.Create(0x3FF0000000000000L) - ((bits + Vector256.Create(0x000AAAAAAAAAAAABL)) & Vector256.Create(unchecked((long)0xFFF0000000000000)))).AsDouble());
        }
        throw Element<T>.FloatsOnly();
    }

    private Vector256<float> Singles => value.AsSingle();
    private Vector256<double> Doubles => value.AsDouble();
    private static Simd256<T> Of(Vector256<float> x) => new() { value = x.As<float, T>() };
    private static Simd256<T> Of(Vector256<double> x) => new() { value = x.As<double, T>() };
}
