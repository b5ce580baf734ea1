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

    private static Action<string> Row<TOp>(string name, TOp op, double bound) where TOp : unmanaged, IUnaryOp => width =>
    {
        var rows = Goldens[name].ToArray();
        Assert.NotEmpty(rows);
        double[] x = [.. rows.Select(r => r[0])];
        var y = LaneLoop.Run(op, x, width);
        for (int i = 0; i < y.Length; i++)
        {
            double error = Ulp.Of(y[i], rows[i][1]);
            Assert.True(error <= bound, $"{name}({x[i]:R}) on lanes of {width} is {y[i]:R}, not {rows[i][1]:R}: {error} ulp.");
        }
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
