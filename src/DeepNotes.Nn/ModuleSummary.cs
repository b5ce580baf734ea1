using System.Globalization;
using System.Text;

namespace DeepNotes.Nn;

/// <summary>What a model consists of and what one run of it costs; <see cref="ToString"/> prints it as a table.</summary>
public sealed class ModuleSummary
{
    private const string Indent = "  ";

    internal ModuleSummary(IReadOnlyList<ModuleSummaryRow> rows, long parameters, long trainable, long parameterBytes, long multiplyAdds) =>
        (Rows, Parameters, TrainableParameters, ParameterBytes, MultiplyAdds) = (rows, parameters, trainable, parameterBytes, multiplyAdds);

    /// <summary>The modules, parents before children.</summary>
    public IReadOnlyList<ModuleSummaryRow> Rows { get; }

    /// <summary>The elements of all parameters, tied ones counted once.</summary>
    public long Parameters { get; }

    /// <summary>Those of them that are not frozen.</summary>
    public long TrainableParameters { get; }

    /// <summary>What the parameters take in memory.</summary>
    public long ParameterBytes { get; }

    /// <summary>The multiplications with a sum after them in all matrix products and convolutions of the run.</summary>
    public long MultiplyAdds { get; }

    /// <summary>What the results of all layers take in memory, containers not counted.</summary>
    public long OutputBytes => Rows.Where(r => !r.IsContainer).Sum(r => r.OutputBytes);

    /// <summary>A table: layer, output shape, parameters, multiply-adds and bytes of the output; and the sums.</summary>
    public override string ToString()
    {
        string[] heads = ["Layer", "Output", "Parameters", "Multiply-adds", "Output bytes"];
        List<string[]> lines = [heads];
        foreach (ModuleSummaryRow row in Rows)
        {
            string name = string.Concat(Enumerable.Repeat(Indent, row.Depth)) + (row.Key.Length == 0 ? row.Type : $"{row.Key[(row.Key.LastIndexOf('.') + 1)..]}: {row.Type}");
            lines.Add([name, row.Output?.ToString() ?? "", Number(row.Parameters), Number(row.MultiplyAdds), Number(row.OutputBytes)]);
        }
        int[] widths = [.. heads.Select((_, column) => lines.Max(l => l[column].Length))];
        var text = new StringBuilder();
        foreach (string[] line in lines)
        {
            for (int column = 0; column < line.Length; column++)
            {
                if (column > 0) text.Append("  ");
                text.Append(column < 2 ? line[column].PadRight(widths[column]) : line[column].PadLeft(widths[column]));
            }
            text.Length = TrimmedLength(text);
            text.Append('\n');
        }
        text.Append(CultureInfo.InvariantCulture, $"{Number(Parameters, "0")} parameters ({Number(TrainableParameters, "0")} trained, {Number(ParameterBytes, "0")} bytes), {Number(MultiplyAdds, "0")} multiply-adds, {Number(OutputBytes, "0")} bytes of outputs\n");
        return text.ToString();
    }

    private static int TrimmedLength(StringBuilder text)
    {
        int length = text.Length;
        while (length > 0 && text[length - 1] == ' ') length--;
        return length;
    }

    private static string Number(long value, string zero = "") => value == 0 ? zero : value.ToString("N0", CultureInfo.InvariantCulture);
}

/// <summary>One module of a <see cref="ModuleSummary"/>.</summary>
/// <param name="Key">Its path, empty for the model itself.</param>
/// <param name="Type">The name of its class.</param>
/// <param name="Depth">How many modules are around it.</param>
/// <param name="IsContainer">Whether it has children.</param>
/// <param name="Output">The shape of its last result; null for a module that is no <see cref="Layer"/> or did not run.</param>
/// <param name="Parameters">The elements of its own parameters, without its children's.</param>
/// <param name="MultiplyAdds">What its own products cost, without its children's.</param>
/// <param name="OutputBytes">What its results take in memory; more than one result if it ran more than once.</param>
public sealed record ModuleSummaryRow(string Key, string Type, int Depth, bool IsContainer, Shape? Output, long Parameters, long MultiplyAdds, long OutputBytes);

/// <summary>Summaries of models.</summary>
public static class ModuleSummaries
{
    extension<TModule>(TModule module) where TModule : Module
    {
        /// <summary>Runs the model once, in evaluation and without gradients, and lists what it is made of and what that cost.</summary>
        /// <param name="run">Calls the model, with whatever it takes.</param>
        public ModuleSummary Summary(Action<TModule> run)
        {
            ArgumentNullException.ThrowIfNull(run);
            return SummaryRun.Of(module, () => run(module));
        }
    }

    extension(Layer layer)
    {
        /// <summary>Runs the layer once, in evaluation and without gradients, and lists what it is made of and what that cost.</summary>
        /// <param name="inputShape">The shape of its input, a batch included; the input is zeros of the parameters' type.</param>
        public ModuleSummary Summary(Shape inputShape)
        {
            Parameter? parameter = layer.Parameters() is [var first, ..] ? first : null;
            Tensor x = Tensor.Zeros(inputShape, parameter?.DType ?? DType.Float32);
            return SummaryRun.Of(layer, () => layer.Forward(parameter is null ? x : x.To(parameter.Device)));
        }
    }
}
