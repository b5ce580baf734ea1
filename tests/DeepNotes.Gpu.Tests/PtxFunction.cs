using System.Globalization;
using System.Text.RegularExpressions;

namespace DeepNotes.Gpu.Tests;

/// <summary>An instruction taken apart: an operand is a register, or else a constant or a name. A guard is the register that lets it run.</summary>
internal sealed record PtxInstruction(string Name, string[] Parts, int Guard, bool GuardIsNegated, string[] Text, int[] Operands, ulong[] Constants);

/// <summary>A kernel or function of a PTX text.</summary>
internal sealed partial class PtxFunction
{
    private readonly Dictionary<string, int> registers = [];

    /// <param name="parameters">What stands between its parentheses.</param>
    /// <param name="text">The text from its body on.</param>
    public PtxFunction(string parameters, string text)
    {
        foreach (Match p in Parameter().Matches(parameters))
        {
            int size = p.Groups["bytes"].Success ? int.Parse(p.Groups["bytes"].Value, CultureInfo.InvariantCulture) : int.Parse(p.Groups["bits"].Value, CultureInfo.InvariantCulture) / 8;
            Parameters.Add((p.Groups["name"].Value, ParameterBytes));
            ParameterBytes += (size + 7) & ~7;
        }
        int end = text.IndexOf("\n}", StringComparison.Ordinal);
        string call = "";
        foreach (string raw in text[..end].Split('\n'))
        {
            string line = call + raw.Trim();
            // A call runs over several lines.
            call = line.StartsWith("call", StringComparison.Ordinal) && !line.EndsWith(';') ? line : "";
            if (call.Length > 0 || line.Length == 0 || line[0] is '.' or '}' or '{' or '/') continue;
            if (line.EndsWith(':')) Labels[line[..^1]] = Code.Count;
            else Code.Add(Parse(line.TrimEnd(';').Replace("(", "", StringComparison.Ordinal).Replace(")", "", StringComparison.Ordinal)));
        }
    }

    public List<(string Name, int Offset)> Parameters { get; } = [];

    public int ParameterBytes { get; }

    public List<PtxInstruction> Code { get; } = [];

    public Dictionary<string, int> Labels { get; } = [];

    public int Registers => registers.Count;

    private PtxInstruction Parse(string line)
    {
        int guard = -1;
        bool isNegated = line.StartsWith("@!", StringComparison.Ordinal);
        if (line[0] == '@')
        {
            int end = line.IndexOfAny([' ', '\t']);
            guard = Register(line[(isNegated ? 2 : 1)..end]);
            line = line[end..].Trim();
        }
        int space = line.IndexOfAny([' ', '\t']);
        string name = space < 0 ? line : line[..space];
        string[] text = space < 0 ? [] : [.. line[space..].Split(',').Select(t => t.Trim()).Where(t => t.Length > 0)];
        int[] operands = new int[text.Length];
        ulong[] constants = new ulong[text.Length];
        for (int i = 0; i < text.Length; i++)
        {
            string t = text[i].Trim('[', ']');
            int plus = t.IndexOf('+', StringComparison.Ordinal);
            operands[i] = -1;
            if (t[0] == '!') throw new NotSupportedException(line);
            else if (t[0] == '%' && !t.Contains('.', StringComparison.Ordinal)) operands[i] = Register(t);
            else if (t.StartsWith("0f", StringComparison.Ordinal) || t.StartsWith("0d", StringComparison.Ordinal)) constants[i] = ulong.Parse(t[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            else if (ulong.TryParse(t, CultureInfo.InvariantCulture, out ulong number)) constants[i] = number;
            else if (long.TryParse(t, CultureInfo.InvariantCulture, out long negative)) constants[i] = (ulong)negative;
            else if (Parameters.FindIndex(p => p.Name == (plus < 0 ? t : t[..plus])) is >= 0 and int parameter)
                constants[i] = (ulong)(Parameters[parameter].Offset + (plus < 0 ? 0 : int.Parse(t[plus..], CultureInfo.InvariantCulture)));
        }
        return new(name, name.Split('.'), guard, isNegated, text, operands, constants);
    }

    private int Register(string name)
    {
        if (!registers.TryGetValue(name, out int index)) registers[name] = index = registers.Count;
        return index;
    }

    [GeneratedRegex(@"\.param (\.align \d+ )?\.[bf](?<bits>\d+) (?<name>\w+)(\[(?<bytes>\d+)\])?")]
    private static partial Regex Parameter();
}
