using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Lanes;

/// <summary>A lane of 512 bits.</summary>
internal unsafe struct Simd512<T> : ISimdLane<Simd512<T>, T> where T : unmanaged
{
    // Set by initializers: a constructor would cost the compiler two more locals an operation, and it stops inlining at 512.
    private Vector512<T> value;

    public static int Count => Vector512<T>.Count;

    public static bool IsDouble => typeof(T) == typeof(double);

    public static bool IsFused => Fma3.IsFast;

    [MethodImpl(AggressiveInlining)] public static Simd512<T> Load(T* source) => new() { value = Vector512.Load(source) };
    [MethodImpl(AggressiveInlining)] public static void Store(Simd512<T> x, T* target) => x.value.Store(target);
    [MethodImpl(AggressiveInlining)] public static Simd512<T> Broadcast(T value) => new() { value = Vector512.Create(value) };
    [MethodImpl(AggressiveInlining)] public static Simd512<T> Const(double c) => new() { value = Vector512.Create(Element<T>.From(c)) };
    [MethodImpl(AggressiveInlining)] public static ulong Bits(Simd512<T> mask) => mask.value.ExtractMostSignificantBits();

    [MethodImpl(AggressiveInlining)] public static Simd512<T> operator +(Simd512<T> a, Simd512<T> b) => new() { value = a.value + b.value };
    [MethodImpl(AggressiveInlining)] public static Simd512<T> operator -(Simd512<T> a, Simd512<T> b) => new() { value = a.value - b.value };
    [MethodImpl(AggressiveInlining)] public static Simd512<T> operator *(Simd512<T> a, Simd512<T> b) => new() { value = a.value * b.value };
    [MethodImpl(AggressiveInlining)] public static Simd512<T> operator /(Simd512<T> a, Simd512<T> b) => new() { value = a.value / b.value };
    [MethodImpl(AggressiveInlining)] public static Simd512<T> operator -(Simd512<T> a) => new() { value = -a.value };
    [MethodImpl(AggressiveInlining)] public static Simd512<T> operator <(Simd512<T> a, Simd512<T> b) => new() { value = Vector512.LessThan(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd512<T> operator >(Simd512<T> a, Simd512<T> b) => new() { value = Vector512.GreaterThan(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd512<T> operator <=(Simd512<T> a, Simd512<T> b) => new() { value = Vector512.LessThanOrEqual(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd512<T> operator >=(Simd512<T> a, Simd512<T> b) => new() { value = Vector512.GreaterThanOrEqual(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd512<T> Equal(Simd512<T> a, Simd512<T> b) => new() { value = Vector512.Equals(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd512<T> Where(Simd512<T> mask, Simd512<T> a, Simd512<T> b) => new() { value = Vector512.ConditionalSelect(mask.value, a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd512<T> Min(Simd512<T> a, Simd512<T> b) => new() { value = Vector512.Min(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd512<T> Max(Simd512<T> a, Simd512<T> b) => new() { value = Vector512.Max(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd512<T> MinNative(Simd512<T> a, Simd512<T> b) => new() { value = Vector512.MinNative(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd512<T> MaxNative(Simd512<T> a, Simd512<T> b) => new() { value = Vector512.MaxNative(a.value, b.value) };
    [MethodImpl(AggressiveInlining)] public static Simd512<T> Abs(Simd512<T> x) => new() { value = Vector512.Abs(x.value) };
    [MethodImpl(AggressiveInlining)] public static Simd512<T> Sqrt(Simd512<T> x) => new() { value = Vector512.Sqrt(x.value) };
    [MethodImpl(AggressiveInlining)] public static Simd512<T> CopySign(Simd512<T> magnitude, Simd512<T> sign) => new() { value = Vector512.CopySign(magnitude.value, sign.value) };
    [MethodImpl(AggressiveInlining)] public static Simd512<T> Call<TOp>(TOp op, Simd512<T> x) where TOp : unmanaged, IUnaryOp => op.Apply(x);
    [MethodImpl(AggressiveInlining)] public static Simd512<T> Call<TOp>(TOp op, Simd512<T> a, Simd512<T> b) where TOp : unmanaged, IBinaryOp => op.Apply(a, b);

    [MethodImpl(AggressiveInlining)]
    public static Simd512<T> Fma(Simd512<T> a, Simd512<T> b, Simd512<T> c)
    {
        if (typeof(T) == typeof(float)) return Of(Vector512.MultiplyAddEstimate(a.Singles, b.Singles, c.Singles));
        if (typeof(T) == typeof(double)) return Of(Vector512.MultiplyAddEstimate(a.Doubles, b.Doubles, c.Doubles));
        return a * b + c;
    }

    [MethodImpl(AggressiveInlining)]
    public static Simd512<T> Round(Simd512<T> x)
    {
        if (typeof(T) == typeof(float)) return Of(Vector512.Round(x.Singles));
        if (typeof(T) == typeof(double)) return Of(Vector512.Round(x.Doubles));
        return x;
    }

    [MethodImpl(AggressiveInlining)]
    public static Simd512<T> Floor(Simd512<T> x)
    {
        if (typeof(T) == typeof(float)) return Of(Vector512.Floor(x.Singles));
        if (typeof(T) == typeof(double)) return Of(Vector512.Floor(x.Doubles));
        return x;
    }

    [MethodImpl(AggressiveInlining)]
    public static Simd512<T> ScaleByPowerOf2(Simd512<T> x, Simd512<T> n)
    {
        if (typeof(T) == typeof(float)) return Of(x.Singles * ((Vector512.ConvertToInt32Native(n.Singles) + Vector512.Create(127)) << 23).AsSingle());
        // Adding 1.5·2⁵² leaves the integer in the low bits: no conversion to 64-bit integers, which AVX2 lacks.
        if (typeof(T) == typeof(double)) return Of(x.Doubles * (((n.Doubles + Vector512.Create(6755399441055744.0)).AsInt64() + Vector512.Create(1023L)) << 52).AsDouble());
        throw Element<T>.FloatsOnly();
    }

    [MethodImpl(AggressiveInlining)]
    public static Simd512<T> ScaleByLargePowerOf2(Simd512<T> x, Simd512<T> n)
    {
        if (Avx512F.IsSupported && typeof(T) == typeof(float)) return Of(Avx512F.Scale(x.Singles, n.Singles));
        if (Avx512F.IsSupported && typeof(T) == typeof(double)) return Of(Avx512F.Scale(x.Doubles, n.Doubles));
        if (typeof(T) == typeof(float))
        {
            // The first product is a normal number, so only the second one rounds.
            Vector512<int> whole = Vector512.ConvertToInt32Native(n.Singles), half = whole >> 1, bias = Vector512.Create(127);
            return Of(x.Singles * ((half + bias) << 23).AsSingle() * ((whole - half + bias) << 23).AsSingle());
        }
        Simd512<T> low = Floor(n * Const(0.5));
        return ScaleByPowerOf2(ScaleByPowerOf2(x, low), n - low);
    }

    // Adding the bits between 4/3 and 2 carries into the exponent exactly where the mantissa is to be halved.
    [MethodImpl(AggressiveInlining)]
    public static Simd512<T> Exponent(Simd512<T> x)
    {
        if (typeof(T) == typeof(float)) return Of(Vector512.ConvertToSingle(((x.Singles.AsInt32() + Vector512.Create(0x00555555)) >>> 23) - Vector512.Create(127)));
        // The biased exponent under the bits of 2⁵² is the number 2⁵² + exponent.
        if (typeof(T) == typeof(double)) return Of((((x.Doubles.AsInt64() + Vector512.Create(0x000AAAAAAAAAAAABL)) >>> 52) | Vector512.Create(0x4330000000000000L)).AsDouble() - Vector512.Create(4503599627370496.0 + 1023));
        throw Element<T>.FloatsOnly();
    }

    [MethodImpl(AggressiveInlining)]
    public static Simd512<T> Mantissa(Simd512<T> x)
    {
        if (typeof(T) == typeof(float))
        {
            Vector512<int> bits = x.Singles.AsInt32();
            return Of((bits + Vector512.Create(0x3F800000) - ((bits + Vector512.Create(0x00555555)) & Vector512.Create(unchecked((int)0xFF800000)))).AsSingle());
        }
        if (typeof(T) == typeof(double))
        {
            Vector512<long> bits = x.Doubles.AsInt64();
            return Of((bits + Vector512.Create(0x3FF0000000000000L) - ((bits + Vector512.Create(0x000AAAAAAAAAAAABL)) & Vector512.Create(unchecked((long)0xFFF0000000000000)))).AsDouble());
        }
        throw Element<T>.FloatsOnly();
    }

    private Vector512<float> Singles => value.AsSingle();
    private Vector512<double> Doubles => value.AsDouble();
    private static Simd512<T> Of(Vector512<float> x) => new() { value = x.As<float, T>() };
    private static Simd512<T> Of(Vector512<double> x) => new() { value = x.As<double, T>() };
}
