using System.Text.Json;

namespace DeepNotes.OpTable;

/// <summary>What a sample input looks like: the checks draw it, and so does the generator of the golden values, from this description.</summary>
public sealed class Input(params int[] lengths)
{
    /// <summary>Numbers keep this distance from a kink.</summary>
    private const double Margin = 0.1;

    public int[] Lengths { get; } = lengths;

    /// <summary>Numbers lie between the two; indices reach from the lower up to the upper, not included.</summary>
    public double Low { get; init; } = -2;

    public double High { get; init; } = 2;

    /// <summary>Places where the function has no derivative.</summary>
    public double[] Kinks { get; init; } = [];

    /// <summary>No two numbers are near each other: for what picks the largest.</summary>
    public bool Distinct { get; init; }

    /// <summary>Whole numbers, so that equal ones occur.</summary>
    public bool Whole { get; init; }

    /// <summary>Int64 for indices, Bool for masks; null for numbers in the type of the run.</summary>
    public DType? Type { get; init; }

    public static Input Index(int below, params int[] lengths) => new(lengths) { Low = 0, High = below, Type = DType.Int64 };

    public static Input Mask(params int[] lengths) => new(lengths) { Type = DType.Bool };

    /// <summary>The same numbers in another shape.</summary>
    public Input In(params int[] lengths) => new(lengths) { Low = Low, High = High, Kinks = Kinks, Distinct = Distinct, Whole = Whole, Type = Type };

    /// <summary>Numbers that Float32 can hold, whatever the type, so that every type computes from the same.</summary>
    public Tensor Draw(DType dtype, Rng rng)
    {
        Shape shape = Shape.Create(Lengths);
        var values = new double[shape.ElementCount];
        for (int i = 0; i < values.Length; i++) values[i] = (float)One(rng);
        if (Distinct)
        {
            var order = Tensor.RandPerm(values.Length, rng).ToArray<long>();
            for (int i = 0; i < values.Length; i++) values[i] = (float)(Low + (High - Low) * (order[i] + 0.5) / values.Length);
        }
        return Tensor.From<double>(values, shape).To(Type ?? dtype);
    }

    private double One(Rng rng)
    {
        if (Type == DType.Bool) return rng.Next(2);
        if (Type is not null || Whole) return Low + rng.Next((int)(High - Low));
        double x = Low + (High - Low) * rng.NextDouble();
        foreach (double kink in Kinks)
        {
            if (Math.Abs(x - kink) < Margin) x += x < kink ? -Margin : Margin;
        }
        return x;
    }

    public void Describe(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("shape");
        foreach (int length in Lengths) json.WriteNumberValue(length);
        json.WriteEndArray();
        json.WriteString("type", Type switch { null => "float", DType.Bool => "bool", _ => "index" });
        if (Type != DType.Bool)
        {
            json.WriteNumber("low", Low);
            json.WriteNumber("high", High);
        }
        if (Kinks.Length > 0)
        {
            json.WriteStartArray("kinks");
            foreach (double kink in Kinks) json.WriteNumberValue(kink);
            json.WriteEndArray();
        }
        if (Distinct) json.WriteBoolean("distinct", true);
        if (Whole) json.WriteBoolean("whole", true);
        json.WriteEndObject();
    }
}
