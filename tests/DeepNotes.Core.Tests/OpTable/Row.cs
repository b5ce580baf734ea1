using System.Text;
using System.Text.Json;

namespace DeepNotes.OpTable;

/// <summary>How far a result may lie from PyTorch's, which is computed in Float64: |error| ≤ relative·|value| + absolute.</summary>
public readonly record struct Tolerance(double Float32, double Float64)
{
    public double Of(DType type) => type == DType.Float64 ? Float64 : Float32;
}

/// <summary>One way to use an operation: our call, PyTorch's expression for it (of a, b, c, …, h) and the inputs.</summary>
public sealed class Case
{
    public Case(Func<Tensor[], Tensor> run, string torch, params Input[] inputs) : this(x => [run(x)], torch, inputs) { }

    public Case(Func<Tensor[], Tensor[]> run, string torch, params Input[] inputs)
    {
        Run = run;
        Torch = torch;
        Inputs = inputs;
    }

    public Func<Tensor[], Tensor[]> Run { get; }

    public string Torch { get; }

    public Input[] Inputs { get; }

    public Tensor[] Draw(DType dtype, Device device, ulong seed)
    {
        var rng = new Rng(seed);
        return [.. Inputs.Select(i => i.Draw(dtype, rng).To(device))];
    }
}

/// <summary>A call that must be refused, and what the message must contain.</summary>
public sealed record Wrong(Func<object?> Call, Type Exception, params string[] Says)
{
    public static Wrong Shape(Func<object?> call, params string[] says) => new(call, typeof(ShapeException), says);

    public static Wrong Type(Func<object?> call, params string[] says) => new(call, typeof(DTypeException), says);

    public static Wrong Range(Func<object?> call, params string[] says) => new(call, typeof(ArgumentOutOfRangeException), says);
}

/// <summary>Special values where a result ("y", "da", "db") is not PyTorch's; with one input b is NaN.</summary>
public sealed record Differs(string Result, Func<double, double, bool> Where, string Because);

/// <summary>What an operation does with integer and Bool inputs.</summary>
public enum Integers
{
    /// <summary>Nothing is said about them.</summary>
    None,

    /// <summary>The results and their types are PyTorch's, and what it refuses is refused.</summary>
    AsTorch,

    /// <summary>The results and their types are PyTorch's; what it refuses gives what it gives for other types.</summary>
    AsTorchAndMore,
}

/// <summary>One operation with all that its checks need. See <see cref="Table"/>.</summary>
public sealed record Row(string Name, params Case[] Cases)
{
    /// <summary>Whether there is a gradient at all.</summary>
    public bool HasGradient { get; init; } = true;

    /// <summary>Whether finite differences of step 1e-6 make sense: not through Float32.</summary>
    public bool IsSmooth { get; init; } = true;

    /// <summary>One or two tensors in, one out, element by element: also checked with special values, broadcasting, scalars, and on GPUs.</summary>
    public bool IsElementwise { get; init; }

    /// <summary>Whether the sign of a zero result is PyTorch's.</summary>
    public bool HasSignedZero { get; init; } = true;

    /// <summary>Where the results at special values are not PyTorch's, and why.</summary>
    public Differs[] Differs { get; init; } = [];

    public Integers Integers { get; init; }

    /// <summary>False where memory order decides the order of a sum; then strided inputs give the same up to rounding.</summary>
    public bool StridesKeepBits { get; init; } = true;

    public Tolerance Tolerance { get; init; } = new(3e-6, 1e-13);

    /// <summary>How many units in the last place 16-bit results and gradients may be off: one where they are rounded once.</summary>
    public double NarrowUlps { get; init; } = 1;

    /// <summary>What Keep says about the formula, if there is one.</summary>
    public IKeepCheck? Formula { get; init; }

    public Wrong[] Wrong { get; init; } = [];

    /// <summary>Inputs large enough to be cut into pieces for several threads.</summary>
    public Case[] Large { get; init; } = [];

    public override string ToString() => Name;

    /// <summary>What the golden values are made from; they carry it with them, so that a stale file is noticed.</summary>
    public string Describe()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("name", Name);
            json.WriteBoolean("gradient", HasGradient);
            json.WriteBoolean("specials", IsElementwise);
            json.WriteBoolean("integers", Integers != Integers.None);
            json.WriteStartArray("cases");
            foreach (var c in Cases)
            {
                json.WriteStartObject();
                json.WriteString("torch", c.Torch);
                json.WriteStartArray("inputs");
                foreach (var input in c.Inputs) input.Describe(json);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
