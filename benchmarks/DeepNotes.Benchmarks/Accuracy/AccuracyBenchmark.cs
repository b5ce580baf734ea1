using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace DeepNotes.Benchmarks.Accuracy;

/// <summary>
/// The largest error of each Float32 function, in units in the last place: over all 2³² inputs for those that carry the rest,
/// over 2²⁴ inputs spread evenly over the bit patterns for the others. The reference is the same formula in Float64, which the
/// tests hold against values with 60 digits.
/// </summary>
internal static class AccuracyBenchmark
{
    private const int Chunk = 1 << 20;

    /// <param name="Name">As in the table.</param>
    /// <param name="Run">The operation.</param>
    /// <param name="IsFull">Whether every input is tried.</param>
    /// <param name="Limit">Inputs beyond it are left out.</param>
    /// <param name="Floor">Errors are counted in units of numbers of at least this size: near zeros of a function that are not at 0 relative errors mean nothing.</param>
    private sealed record Function(string Name, Func<Tensor, Tensor> Run, bool IsFull = false, double Limit = double.PositiveInfinity, double Floor = 0);

    private static readonly Function[] Functions =
    [
        new("exp", x => x.Exp(), true), new("log", x => x.Log(), true), new("tanh", x => x.Tanh(), true), new("sigmoid", x => x.Sigmoid(), true), new("erf", x => x.Erf(), true),
        new("sin", x => x.Sin(), true, 8192), new("cos", x => x.Cos(), true, 8192),
        new("sqrt", x => x.Sqrt()), new("rsqrt", x => x.Rsqrt()), new("reciprocal", x => x.Reciprocal()), new("exp2", x => x.Exp2()), new("expm1", x => x.Expm1()), new("log2", x => x.Log2()),
        new("log10", x => x.Log10()), new("log1p", x => x.Log1p()), new("tan", x => x.Tan(), Limit: 8192), new("asin", x => x.Asin()), new("acos", x => x.Acos()), new("atan", x => x.Atan()),
        new("sinh", x => x.Sinh()), new("cosh", x => x.Cosh()), new("asinh", x => x.Asinh()), new("acosh", x => x.Acosh()), new("atanh", x => x.Atanh()), new("erfc", x => x.Erfc()), new("erfinv", x => x.Erfinv()),
        new("lgamma", x => x.Lgamma(), Limit: 1e6, Floor: 1), new("digamma", x => x.Digamma(), Limit: 1e6, Floor: 1), new("gelu", x => x.Gelu()), new("gelu_tanh", x => x.Gelu(tanh: true), Floor: 1e-3), new("normal_cdf", x => x.NormalCdf()),
        new("silu", x => x.Silu()), new("mish", x => x.Mish()), new("softplus", x => x.Softplus()), new("log_sigmoid", x => x.LogSigmoid()), new("elu", x => x.Elu()), new("selu", x => x.Selu()), new("celu", x => x.Celu()),
        new("softsign", x => x.Softsign()), new("tanhshrink", x => x.TanhShrink()), new("hardswish", x => x.HardSwish()), new("hardsigmoid", x => x.HardSigmoid()),
        new("logit", x => x.Logit()), new("sinc", x => x.Sinc(), Limit: 8192), new("trigamma", x => x.Polygamma(1), Limit: 1e6), new("pow 2.5", x => x.Pow(2.5)), new("pow -3", x => x.Pow(-3.0)), new("cube", x => x.Pow(3.0)), new("square", x => x.Square()),
        new("leaky_relu", x => x.LeakyRelu()), new("relu", x => x.Relu()), new("relu6", x => x.Relu6()), new("hardtanh", x => x.HardTanh()), new("softshrink", x => x.SoftShrink()), new("hardshrink", x => x.HardShrink()),
        new("threshold", x => x.Threshold(1, -2)), new("floor", x => x.Floor()), new("ceil", x => x.Ceiling()), new("round", x => x.Round()), new("trunc", x => x.Truncate()), new("frac", x => x.Fraction()), new("sign", x => x.Sign()), new("abs", x => x.Abs()), new("neg", x => -x),
    ];

    /// <summary>Sweeps the functions that a filter names (all by default) and prints a table in Markdown.</summary>
    public static int Run(string[] options)
    {
        string? filter = options is ["--filter", var names, ..] ? names : null;
        DeepNotesThreads.Count = 1;
        var clock = Stopwatch.StartNew();
        var worst = new SortedDictionary<string, double>(StringComparer.Ordinal);
        Console.WriteLine("| function | inputs | worst error (ulp) | at |\n|---|--:|--:|--:|");
        foreach (var function in Functions)
        {
            if (filter is not null && !filter.Split(',').Contains(function.Name)) continue;
            var (error, at, wrong) = Sweep(function);
            worst[function.Name] = Math.Round(error, 3);
            string range = double.IsInfinity(function.Limit) ? "" : $", up to {function.Limit.ToString(CultureInfo.InvariantCulture)}";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {function.Name} | {(function.IsFull ? "all 2³²" : "2²⁴")}{range} | {error:F2} | {at:R} |{(wrong > 0 ? $" **{wrong} NaN or infinities are wrong** |" : "")}"));
        }
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("sample", "accuracy");
            json.WriteNumber("seconds", Math.Round(clock.Elapsed.TotalSeconds, 1));
            json.WriteStartObject("worst_ulp");
            foreach (var (name, error) in worst) json.WriteNumber(name, error);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        Console.WriteLine("RESULT " + Encoding.UTF8.GetString(stream.ToArray()));
        return 0;
    }

    private static (double Error, float At, long Wrong) Sweep(Function function)
    {
        uint step = function.IsFull ? 1u : 256u;
        long inputs = (1L << 32) / step;
        var gate = new Lock();
        (double Error, float At, long Wrong) worst = (0, 0, 0);
        Parallel.For(0, inputs / Chunk, piece =>
        {
            using var off = Grad.Off();
            using var scope = new TensorScope();
            var x = Tensor.Zeros([Chunk]);
            var values = x.Elements<float>();
            for (int i = 0; i < Chunk; i++)
            {
                // One number out of every so many neighbours, not always the first: its last bits would all be zero.
                uint place = (uint)(piece * Chunk + i);
                values[i] = BitConverter.UInt32BitsToSingle(place * step + (place * 2654435769u >> 24) % step);
            }
            var (single, reference) = (function.Run(x), function.Run(x.To(DType.Float64)));
            var found = Compare(values, single.Elements<float>(), reference.Elements<double>(), function);
            GC.KeepAlive((x, single, reference));
            lock (gate)
            {
                if (found.Error > worst.Error) (worst.Error, worst.At) = (found.Error, found.At);
                worst.Wrong += found.Wrong;
            }
        });
        return worst;
    }

    private static (double Error, float At, long Wrong) Compare(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<double> reference, Function function)
    {
        double worst = 0;
        float at = 0;
        long wrong = 0;
        for (int i = 0; i < x.Length; i++)
        {
            if (Math.Abs(x[i]) > function.Limit) continue;
            double r = reference[i];
            if (double.IsNaN(r) || float.IsNaN(y[i]))
            {
                if (double.IsNaN(r) != float.IsNaN(y[i])) wrong++;
                continue;
            }
            // Infinity stands for 2¹²⁸, the number that Float32 would have next.
            double limited = Math.Clamp(r, -Power128, Power128), got = Math.Clamp(y[i], -Power128, Power128);
            double error = Math.Abs(got - limited) / Unit(Math.Max(Math.Abs(limited), function.Floor));
            if (error > worst) (worst, at) = (error, x[i]);
        }
        return (worst, at, wrong);
    }

    private const double Power128 = 340282366920938463463374607431768211456.0;

    /// <summary>The distance between neighbouring Float32 numbers of a size.</summary>
    private static double Unit(double size) =>
        size < 1.1754943508222875e-38 ? 1.4012984643248171e-45 : BitConverter.Int64BitsToDouble((BitConverter.DoubleToInt64Bits(Math.Min(size, 3.4e38)) & 0x7FF0000000000000) - (23L << 52));
}
