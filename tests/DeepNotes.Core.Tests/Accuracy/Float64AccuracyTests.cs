using System.Globalization;
using DeepNotes.Ops;

namespace DeepNotes.Core.Tests.Accuracy;

/// <summary>Every width of lanes against values computed with 60 digits (generate_float64_goldens.py).</summary>
public class Float64AccuracyTests
{
    private static readonly ILookup<string, double[]> Goldens = Read().ToLookup(row => row.Name, row => row.Numbers);

    public static TheoryData<string> Functions => [.. Table.Keys];

    // Bounds in doubles between the result and the correctly rounded one.
    private static readonly Dictionary<string, Action<string>> Table = new()
    {
        ["exp"] = Row("exp", new Exp(), 1),
        ["log"] = Row("log", new Log(), 1),
        ["tanh"] = Row("tanh", new Tanh(), 2),
        ["sigmoid"] = Row("sigmoid", new Sigmoid(), 2),
        ["erf"] = Row("erf", new Erf(), 2),
        ["normal cdf"] = Row("normal cdf", new NormalCdf(), 8),
        ["log1p"] = Row("log1p", new Log1p(), 3),
        ["expm1"] = Row("expm1", new Expm1(), 3),
        ["log2"] = Row("log2", new Log2(), 3),
        ["log10"] = Row("log10", new Log10(), 3),
        ["exp2"] = Row("exp2", new Exp2(), 3),
        ["erfc"] = Row("erfc", new Erfc(), 3),
        ["logit"] = Row("logit", new Logit(), 3),
        ["sinc"] = Row("sinc", new Sinc(), 4),
        ["erfinv"] = Row("erfinv", new Erfinv(), 3),
        ["lgamma"] = Row("lgamma", new Lgamma(), 6, floor: 1),
        ["digamma"] = Row("digamma", new Digamma(), 8, floor: 1),
        ["sin"] = Row("sin", new Sin(), 3),
        ["cos"] = Row("cos", new Cos(), 3),
        ["tan"] = Row("tan", new Tan(), 3),
        ["asin"] = Row("asin", new Asin(), 3),
        ["acos"] = Row("acos", new Acos(), 3),
        ["atan"] = Row("atan", new Atan(), 3),
        ["sinh"] = Row("sinh", new Sinh(), 3),
        ["cosh"] = Row("cosh", new Cosh(), 3),
        ["asinh"] = Row("asinh", new Asinh(), 3),
        ["acosh"] = Row("acosh", new Acosh(), 3),
        ["atanh"] = Row("atanh", new Atanh(), 3),
    };

    [Theory]
    [MemberData(nameof(Functions))]
    public void Stays_within_its_bound_on_every_lane(string function)
    {
        foreach (string width in LaneLoop.Widths) Table[function](width);
    }

    [Fact]
    public void Pow_stays_within_its_bound_on_every_lane()
    {
        var rows = Goldens["pow"].ToArray();
        double[] a = [.. rows.Select(r => r[0])], b = [.. rows.Select(r => r[1])];
        foreach (string width in LaneLoop.Widths)
        {
            var y = LaneLoop.Run(new Pow(), a, b, width);
            for (int i = 0; i < y.Length; i++) Assert.True(Ulp.Of(y[i], rows[i][2]) <= 2, $"pow({a[i]:R}, {b[i]:R}) on lanes of {width} is {y[i]:R}, not {rows[i][2]:R}.");
        }
    }

    private static Action<string> Row<TOp>(string name, TOp op, double bound, double floor = 0) where TOp : unmanaged, IUnaryOp => width =>
    {
        var rows = Goldens[name].ToArray();
        Assert.NotEmpty(rows);
        double[] x = [.. rows.Select(r => r[0])];
        var y = LaneLoop.Run(op, x, width);
        int worst = Enumerable.Range(0, y.Length).MaxBy(i => Ulp.Of(y[i], rows[i][1], floor));
        double error = Ulp.Of(y[worst], rows[worst][1], floor);
        Assert.True(error <= bound, $"{name}({x[worst]:R}) on lanes of {width} is {y[worst]:R}, not {rows[worst][1]:R}: {error} ulp.");
    };

    private static IEnumerable<(string Name, double[] Numbers)> Read()
    {
        using var stream = typeof(Float64AccuracyTests).Assembly.GetManifestResourceStream("float64-goldens.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            var parts = line.Split('\t');
            yield return (parts[0], [.. parts[1..].Select(p => double.Parse(p, CultureInfo.InvariantCulture))]);
        }
    }
}
