using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace DeepNotes.Gpu.Tests;

/// <summary>
/// Runs the PTX of a kernel, thread after thread, by the rules of the PTX manual: what a GPU would compute, where there
/// is none. It knows the instructions that elementwise kernels are made of and throws at any other.
/// </summary>
internal sealed partial class PtxMachine
{
    private readonly List<(string Name, int Offset)> parameters = [];
    private readonly Dictionary<string, int> registers = [];
    private readonly List<Instruction> code = [];
    private readonly Dictionary<string, int> labels = [];
    private readonly Dictionary<ulong, byte[]> buffers = [];
    private int parameterBytes;

    public PtxMachine(string ptx)
    {
        string entry = ptx[ptx.IndexOf(".visible .entry", StringComparison.Ordinal)..];
        int body = entry.IndexOf('{', StringComparison.Ordinal);
        foreach (Match p in Parameter().Matches(entry[..body]))
        {
            int size = p.Groups["bytes"].Success ? int.Parse(p.Groups["bytes"].Value, CultureInfo.InvariantCulture) : int.Parse(p.Groups["bits"].Value, CultureInfo.InvariantCulture) / 8;
            parameters.Add((p.Groups["name"].Value, parameterBytes));
            parameterBytes += (size + 7) & ~7;
        }
        foreach (string raw in entry[(body + 1)..].Split('\n'))
        {
            string line = raw.Trim();
            if (line.Length == 0 || line[0] is '.' or '}' or '{' or '/') continue;
            if (line.EndsWith(':')) labels[line[..^1]] = code.Count;
            else code.Add(Parse(line.TrimEnd(';')));
        }
    }

    /// <summary>Device memory that holds the bytes; the kernel's writes are seen in the array.</summary>
    public View Allocate(byte[] bytes)
    {
        ulong address = (ulong)(buffers.Count + 1) << 32;
        buffers[address] = bytes;
        return new(address, bytes.Length);
    }

    /// <summary>Runs threads 0 … count − 1 of a kernel with these arguments after the index.</summary>
    public void Run(int count, params object[] arguments)
    {
        byte[] memory = new byte[parameterBytes];
        Write(memory, parameters[0].Offset, count);
        for (int i = 0; i < arguments.Length; i++) Write(memory, parameters[i + 1].Offset, arguments[i]);
        ulong[] r = new ulong[registers.Count + 1];
        for (int thread = 0; thread < count; thread++)
        {
            Array.Clear(r);
            for (int at = 0; at < code.Count;)
            {
                var instruction = code[at++];
                if (instruction.Guard >= 0 && r[instruction.Guard] == 0) continue;
                if (instruction.Name == "ret") break;
                if (instruction.Name.StartsWith("bra", StringComparison.Ordinal)) { at = labels[instruction.Text[0]]; continue; }
                Step(instruction, r, memory, thread);
            }
        }
    }

    private static void Write(byte[] memory, int offset, object value)
    {
        var handle = GCHandle.Alloc(value, GCHandleType.Pinned);
        try { Marshal.Copy(handle.AddrOfPinnedObject(), memory, offset, Marshal.SizeOf(value)); }
        finally { handle.Free(); }
    }

    private Instruction Parse(string line)
    {
        int guard = -1;
        if (line[0] == '@')
        {
            int end = line.IndexOfAny([' ', '\t']);
            guard = Register(line[1..end]);
            line = line[end..].Trim();
        }
        int space = line.IndexOfAny([' ', '\t']);
        string name = space < 0 ? line : line[..space];
        string[] text = space < 0 ? [] : [.. line[space..].Split(',').Select(t => t.Trim())];
        int[] operands = new int[text.Length];
        ulong[] constants = new ulong[text.Length];
        for (int i = 0; i < text.Length; i++)
        {
            string t = text[i].Trim('[', ']');
            int plus = t.IndexOf('+', StringComparison.Ordinal);
            operands[i] = -1;
            if (t[0] == '%' && !t.Contains('.', StringComparison.Ordinal)) operands[i] = Register(t);
            else if (t.StartsWith("0f", StringComparison.Ordinal) || t.StartsWith("0d", StringComparison.Ordinal)) constants[i] = ulong.Parse(t[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            else if (ulong.TryParse(t, CultureInfo.InvariantCulture, out ulong number)) constants[i] = number;
            else if (long.TryParse(t, CultureInfo.InvariantCulture, out long negative)) constants[i] = (ulong)negative;
            else if (name.StartsWith("ld.param", StringComparison.Ordinal))
            {
                string parameter = plus < 0 ? t : t[..plus];
                constants[i] = (ulong)(parameters.Single(p => p.Name == parameter).Offset + (plus < 0 ? 0 : int.Parse(t[plus..], CultureInfo.InvariantCulture)));
            }
        }
        return new(name, name.Split('.'), guard, text, operands, constants);
    }

    private int Register(string name)
    {
        if (!registers.TryGetValue(name, out int index)) registers[name] = index = registers.Count;
        return index;
    }

    private void Step(Instruction i, ulong[] r, byte[] memory, int thread)
    {
        ulong Operand(int k) => i.Operands[k] >= 0 ? r[i.Operands[k]] : i.Constants[k];
        string type = i.Parts[^1];
        switch (i.Parts[0])
        {
            case "ld" when i.Parts[1] == "param": r[i.Operands[0]] = Read(memory, (int)i.Constants[1], type); return;
            case "ld": { var (buffer, offset) = Find(Operand(1)); r[i.Operands[0]] = Read(buffer, offset, type); return; }
            case "st": { var (buffer, offset) = Find(Operand(0)); Store(buffer, offset, type, Operand(1)); return; }
            case "mov": r[i.Operands[0]] = i.Text[1] switch { "%ctaid.x" => 0, "%ntid.x" => 0, "%tid.x" => (ulong)thread, _ => Operand(1) }; return;
            case "cvta": r[i.Operands[0]] = Operand(1); return;
            case "selp": r[i.Operands[0]] = Operand(3) != 0 ? Operand(1) : Operand(2); return;
            case "setp": r[i.Operands[0]] = PtxArithmetic.Compare(i.Parts[1], type, Operand(1), Operand(2)) ? 1u : 0u; return;
            case "cvt": r[i.Operands[0]] = PtxArithmetic.Convert(i.Parts[1], i.Parts[^2], type, Operand(1)); return;
        }
        r[i.Operands[0]] = i.Text.Length switch
        {
            2 => PtxArithmetic.Unary(i.Name, Operand(1)),
            3 => PtxArithmetic.Binary(i.Name, Operand(1), Operand(2)),
            4 => PtxArithmetic.Ternary(i.Name, Operand(1), Operand(2), Operand(3)),
            _ => throw new NotSupportedException(i.Name),
        };
    }

    private (byte[] Buffer, int Offset) Find(ulong address) => (buffers[address & ~0xFFFFFFFFul], checked((int)(address & 0xFFFFFFFF)));

    private static ulong Read(byte[] buffer, int offset, string type) => (type[1..]) switch
    {
        "8" => buffer[offset],
        "32" => BitConverter.ToUInt32(buffer, offset),
        "64" => BitConverter.ToUInt64(buffer, offset),
        _ => throw new NotSupportedException(type),
    };

    private static void Store(byte[] buffer, int offset, string type, ulong value)
        => BitConverter.GetBytes(value).AsSpan(0, int.Parse(type[1..], CultureInfo.InvariantCulture) / 8).CopyTo(buffer.AsSpan(offset));

    [GeneratedRegex(@"\.param (\.align \d+ )?\.[bf](?<bits>\d+) (?<name>\w+)(\[(?<bytes>\d+)\])?")]
    private static partial Regex Parameter();

    /// <summary>A view as kernels receive it.</summary>
    public readonly record struct View(ulong Address, long Length);

    private sealed record Instruction(string Name, string[] Parts, int Guard, string[] Text, int[] Operands, ulong[] Constants);
}
