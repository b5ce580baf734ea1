namespace DeepNotes.Gpu.Tests;

/// <summary>What single PTX instructions compute, on registers of 64 bits whose unused upper bits are ignored.</summary>
internal static class PtxArithmetic
{
    public static ulong Unary(string name, ulong a) => name switch
    {
        "sqrt.rn.f32" => Bits(MathF.Sqrt(Single(a))),
        "sqrt.rn.f64" => Bits(Math.Sqrt(Double(a))),
        "rcp.rn.f32" => Bits(1 / Single(a)),
        "rcp.rn.f64" => Bits(1 / Double(a)),
        "neg.f32" => Bits(-Single(a)),
        "neg.f64" => Bits(-Double(a)),
        "abs.f32" => Bits(MathF.Abs(Single(a))),
        "abs.f64" => Bits(Math.Abs(Double(a))),
        "neg.s32" => (uint)-(int)a,
        "neg.s64" => (ulong)-(long)a,
        "not.b32" => ~(uint)a,
        "not.b64" => ~a,
        "not.pred" => a ^ 1,
        _ => throw new NotSupportedException(name),
    };

    public static ulong Binary(string name, ulong a, ulong b) => name switch
    {
        "add.rn.f32" => Bits(Single(a) + Single(b)),
        "sub.rn.f32" => Bits(Single(a) - Single(b)),
        "mul.rn.f32" => Bits(Single(a) * Single(b)),
        "div.rn.f32" => Bits(Single(a) / Single(b)),
        "min.f32" => Bits(float.MinNumber(Single(a), Single(b))),
        "max.f32" => Bits(float.MaxNumber(Single(a), Single(b))),
        "add.rn.f64" or "add.f64" => Bits(Double(a) + Double(b)),
        "sub.rn.f64" or "sub.f64" => Bits(Double(a) - Double(b)),
        "mul.rn.f64" or "mul.f64" => Bits(Double(a) * Double(b)),
        "div.rn.f64" => Bits(Double(a) / Double(b)),
        "min.f64" => Bits(double.MinNumber(Double(a), Double(b))),
        "max.f64" => Bits(double.MaxNumber(Double(a), Double(b))),
        "add.s32" or "add.u32" => (uint)a + (uint)b,
        "sub.s32" or "sub.u32" => (uint)a - (uint)b,
        "mul.lo.s32" or "mul.lo.u32" => (uint)a * (uint)b,
        "mul.wide.u32" => (ulong)(uint)a * (uint)b,
        "div.s32" => (uint)((int)a / (int)b),
        "rem.s32" => (uint)((int)a % (int)b),
        "rem.u32" => (uint)a % (uint)b,
        "div.u32" => (uint)a / (uint)b,
        "add.s64" or "add.u64" => a + b,
        "sub.s64" or "sub.u64" => a - b,
        "mul.lo.s64" or "mul.lo.u64" => a * b,
        "div.s64" => (ulong)((long)a / (long)b),
        "min.s32" => (uint)Math.Min((int)a, (int)b),
        "max.s32" => (uint)Math.Max((int)a, (int)b),
        "min.u32" => Math.Min((uint)a, (uint)b),
        "max.u32" => Math.Max((uint)a, (uint)b),
        "min.s64" => (ulong)Math.Min((long)a, (long)b),
        "max.s64" => (ulong)Math.Max((long)a, (long)b),
        "and.b32" => (uint)(a & b),
        "or.b32" => (uint)(a | b),
        "xor.b32" => (uint)(a ^ b),
        "and.b64" or "and.pred" => a & b,
        "or.b64" or "or.pred" => a | b,
        "xor.b64" or "xor.pred" => a ^ b,
        "shl.b32" => (uint)b >= 32 ? 0 : (uint)a << (int)b,
        "shl.b64" => (uint)b >= 64 ? 0 : a << (int)b,
        "shr.u32" => (uint)b >= 32 ? 0 : (uint)a >> (int)b,
        "shr.u64" => (uint)b >= 64 ? 0 : a >> (int)b,
        "shr.s32" => (uint)((int)a >> (int)Math.Min((uint)b, 31)),
        "shr.s64" => (ulong)((long)a >> (int)Math.Min((uint)b, 63)),
        _ => throw new NotSupportedException(name),
    };

    public static ulong Ternary(string name, ulong a, ulong b, ulong c) => name switch
    {
        "fma.rn.f32" => Bits(MathF.FusedMultiplyAdd(Single(a), Single(b), Single(c))),
        "fma.rn.f64" => Bits(Math.FusedMultiplyAdd(Double(a), Double(b), Double(c))),
        "mad.lo.s32" or "mad.lo.u32" => (uint)a * (uint)b + (uint)c,
        _ => throw new NotSupportedException(name),
    };

    public static bool Compare(string test, string type, ulong a, ulong b)
    {
        // A comparison that ends in u also holds where an operand is NaN.
        int order;
        switch (type)
        {
            case "f32" or "f64":
                double x = type == "f32" ? Single(a) : Double(a), y = type == "f32" ? Single(b) : Double(b);
                bool unordered = double.IsNaN(x) || double.IsNaN(y);
                if (unordered) return test.Length == 3 && test[2] == 'u';
                order = x.CompareTo(y);
                if (x == y) order = 0;
                break;
            case "s32": order = ((int)a).CompareTo((int)b); break;
            case "s64": order = ((long)a).CompareTo((long)b); break;
            case "u32" or "b32": order = ((uint)a).CompareTo((uint)b); break;
            case "u64" or "b64": order = a.CompareTo(b); break;
            case "s16" or "u16" or "b16": order = ((ushort)a).CompareTo((ushort)b); break;
            default: throw new NotSupportedException($"setp.{test}.{type}");
        }
        return test switch
        {
            "eq" or "equ" => order == 0,
            "ne" or "neu" => order != 0,
            "lt" or "ltu" or "lo" => order < 0,
            "le" or "leu" or "ls" => order <= 0,
            "gt" or "gtu" or "hi" => order > 0,
            "ge" or "geu" or "hs" => order >= 0,
            _ => throw new NotSupportedException($"setp.{test}.{type}"),
        };
    }

    public static ulong Convert(string rounding, string to, string from, ulong a)
    {
        double x = from switch
        {
            "f32" => Single(a),
            "f64" => Double(a),
            "s32" => (int)a,
            "u32" => (uint)a,
            "s64" => (long)a,
            "u64" => a,
            "s16" => (short)a,
            "u16" => (ushort)a,
            "s8" => (sbyte)a,
            "u8" => (byte)a,
            _ => throw new NotSupportedException($"cvt.{rounding}.{to}.{from}"),
        };
        x = rounding switch { "rni" => Math.Round(x), "rmi" => Math.Floor(x), "rzi" => Math.Truncate(x), _ => x };
        return (to, from) switch
        {
            ("f32", "s64") => Bits((float)(long)a),
            ("f32", "u64") => Bits((float)a),
            ("f32", _) => Bits((float)x),
            ("f64", _) => Bits(x),
            ("s64", "s64") or ("u64", "u64") or ("u64", "s64") or ("s64", "u64") => a,
            ("s32" or "u32", "s64" or "u64") => (uint)a,
            ("s16" or "u16", "s64" or "u64") => (ushort)a,
            ("s8" or "u8", "s64" or "u64") => (byte)a,
            ("s32", _) => (uint)(int)x,
            ("u32", _) => from[0] == 'f' ? (uint)x : (uint)(long)x,
            ("s64", _) => (ulong)(long)x,
            ("u64", _) => from[0] == 'f' ? (ulong)x : (ulong)(long)x,
            ("s16" or "u16" or "b16", _) => (ushort)(long)x,
            ("s8" or "u8" or "b8", _) => (byte)(long)x,
            _ => throw new NotSupportedException($"cvt.{rounding}.{to}.{from}"),
        };
    }

    private static float Single(ulong bits) => BitConverter.UInt32BitsToSingle((uint)bits);

    private static double Double(ulong bits) => BitConverter.UInt64BitsToDouble(bits);

    private static ulong Bits(float x) => BitConverter.SingleToUInt32Bits(x);

    private static ulong Bits(double x) => BitConverter.DoubleToUInt64Bits(x);
}
