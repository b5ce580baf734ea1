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
    private readonly Dictionary<string, PtxFunction> functions = [];
    private readonly PtxFunction entry;
    private readonly Dictionary<ulong, byte[]> buffers = [];

    public PtxMachine(string ptx)
    {
        foreach (Match head in Head().Matches(ptx))
        {
            var function = new PtxFunction(head.Groups["parameters"].Value, ptx[(head.Index + head.Length)..]);
            functions.Add(head.Groups["name"].Value, function);
            if (head.Groups["kind"].Value == "entry") entry = function;
        }
        if (entry is null) throw new ArgumentException("There is no kernel in the PTX.");
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
        byte[] memory = new byte[entry.ParameterBytes];
        Write(memory, entry.Parameters[0].Offset, count);
        for (int i = 0; i < arguments.Length; i++) Write(memory, entry.Parameters[i + 1].Offset, arguments[i]);
        for (int thread = 0; thread < count; thread++) Run(entry, memory, thread);
    }

    /// <summary>Runs a function and gives what it wrote to its result.</summary>
    private ulong Run(PtxFunction function, byte[] memory, int thread)
    {
        ulong[] r = new ulong[function.Registers];
        // Parameters of calls, and the result.
        var space = new Dictionary<string, ulong>();
        string written = "";
        for (int at = 0; at < function.Code.Count;)
        {
            var instruction = function.Code[at++];
            if (instruction.Guard >= 0 && r[instruction.Guard] != 0 == instruction.GuardIsNegated) continue;
            switch (instruction.Parts[0])
            {
                case "ret": return space.GetValueOrDefault(written);
                case "bra": at = function.Labels[instruction.Text[0]]; break;
                case "st" when instruction.Parts[1] == "param":
                    written = instruction.Text[0].Trim('[', ']');
                    space[written] = instruction.Operands[1] >= 0 ? r[instruction.Operands[1]] : instruction.Constants[1];
                    break;
                case "ld" when instruction.Parts[1] == "param" && space.TryGetValue(instruction.Text[1].Trim('[', ']'), out ulong value):
                    r[instruction.Operands[0]] = value;
                    break;
                case "call":
                    var callee = functions[instruction.Text[1]];
                    byte[] arguments = new byte[callee.ParameterBytes];
                    for (int i = 0; i < callee.Parameters.Count; i++) Write(arguments, callee.Parameters[i].Offset, space[instruction.Text[i + 2]]);
                    space[instruction.Text[0]] = Run(callee, arguments, thread);
                    break;
                default: Step(instruction, r, memory, thread); break;
            }
        }
        return 0;
    }

    private static void Write(byte[] memory, int offset, object value)
    {
        var handle = GCHandle.Alloc(value, GCHandleType.Pinned);
        try { Marshal.Copy(handle.AddrOfPinnedObject(), memory, offset, Marshal.SizeOf(value)); }
        finally { handle.Free(); }
    }

    private void Step(PtxInstruction i, ulong[] r, byte[] memory, int thread)
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

    // A head that ends in a semicolon only announces the function.
    [GeneratedRegex(@"\.visible \.(?<kind>entry|func)\s*(\([^)]*\))?\s*(?<name>\w+)\((?<parameters>[^)]*)\)\s*\{")]
    private static partial Regex Head();

    /// <summary>A view as kernels receive it.</summary>
    public readonly record struct View(ulong Address, long Length);
}
