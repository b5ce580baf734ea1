using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace DeepNotes.IO;

/// <summary>What a pickle may refer to by name: the few things that tensors need.</summary>
internal sealed record PickleGlobal(string Name);

/// <summary>
/// Reads the part of Python's pickle format that holds data. A pickle is a program for a stack machine; of its
/// instructions those are carried out that build numbers, texts, lists, tuples and dictionaries, and every other one is
/// refused by name. Names of classes and functions are handed to the caller, who knows a short list of them: nothing in
/// the file runs.
/// </summary>
/// <param name="file">The file's name, for messages.</param>
/// <param name="bytes">The pickle, and what may follow it.</param>
/// <param name="find">Resolves a global, or throws.</param>
/// <param name="persistent">Resolves a persistent id, or throws.</param>
/// <param name="call">Applies a global to its arguments, or throws.</param>
/// <param name="mostInstructions">How many instructions are carried out at most.</param>
internal sealed class PickleReader(
    string file, ReadOnlyMemory<byte> bytes, Func<string, PickleGlobal> find, Func<object?[], object?> persistent, Func<PickleGlobal, object?[], object?> call, long mostInstructions)
{
    private const int LongestKey = 1024;

    private static readonly object Mark = new();

    private long instructions;
    private readonly List<object?> stack = [];
    private readonly Dictionary<uint, object?> memo = [];
    private int position;

    /// <summary>How far the reader has come.</summary>
    public int Position => position;

    /// <summary>Runs one pickle to its end and returns what it leaves behind.</summary>
    public object? Read()
    {
        stack.Clear();
        memo.Clear();
        while (true)
        {
            int at = position;
            if (++instructions > mostInstructions) throw Bad(at, $"more than {mostInstructions} instructions are too many for a file of its size");
            byte code = Byte();
            switch ((char)code)
            {
                case '\x80':
                    byte protocol = Byte();
                    if (protocol > 5) throw Bad(at, $"the pickle has protocol {protocol}; protocols up to 5 are known");
                    break;
                case '\x95': Take(8); break;
                case '.': return Pop();
                case '(': stack.Add(Mark); break;
                case '}': stack.Add(PickleKeys.NewDictionary()); break;
                case ']': stack.Add(new List<object?>()); break;
                case ')': stack.Add(Array.Empty<object?>()); break;
                case 't': stack.Add(PopToMark()); break;
                case '\x85': stack.Add(PopMany(1)); break;
                case '\x86': stack.Add(PopMany(2)); break;
                case '\x87': stack.Add(PopMany(3)); break;
                case 'a': Append([Pop()], at); break;
                case 'e': Append(PopToMark(), at); break;
                case 's': SetItems(PopMany(2), at); break;
                case 'u': SetItems(PopToMark(), at); break;
                case 'N': stack.Add(null); break;
                case '\x88': stack.Add(true); break;
                case '\x89': stack.Add(false); break;
                case 'J': stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
                case 'K': stack.Add((long)Byte()); break;
                case 'M': stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
                case '\x8a': stack.Add(Long(Take(Byte()))); break;
                case 'G': stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
                case 'X': stack.Add(Text(Take(Length(at)))); break;
                case '\x8c': stack.Add(Text(Take(Byte()))); break;
                case 'B': stack.Add(Take(Length(at)).ToArray()); break;
                case 'C': stack.Add(Take(Byte()).ToArray()); break;
                case 'q': memo[Byte()] = Peek(); break;
                case 'r': memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Peek(); break;
                case '\x94': memo[(uint)memo.Count] = Peek(); break;
                case 'h': stack.Add(Recall(Byte(), at)); break;
                case 'j': stack.Add(Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)), at)); break;
                case 'c': stack.Add(find($"{Line()}.{Line()}")); break;
                case '\x93':
                    var name = PopMany(2);
                    if (name is not [string module, string member]) throw Bad(at, "a global is not named by two texts");
                    stack.Add(find($"{module}.{member}"));
                    break;
                case 'Q':
                    if (Pop() is not object?[] id) throw Bad(at, "a persistent id is not a tuple");
                    stack.Add(persistent(id));
                    break;
                case 'R':
                    if (PopMany(2) is not [PickleGlobal function, object?[] arguments]) throw Bad(at, "something other than a known function would be called");
                    stack.Add(call(function, arguments));
                    break;
                case 'b':
                    Pop();
                    // The attributes of an ordered dictionary (a state dict's _metadata) are not data; nothing else has any here.
                    if (Peek() is not OrderedDictionary<object, object?>) throw Bad(at, "the attributes of an object would be set");
                    break;
                default:
                    throw Bad(at, $"the pickle instruction 0x{code:x2} is not among those that tensors need, and is refused");
            }
        }
    }

    private byte Byte() => Take(1)[0];

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > bytes.Length - position) throw Bad(position, "the pickle is cut off");
        var span = bytes.Span.Slice(position, count);
        position += count;
        return span;
    }

    private int Length(int at)
    {
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
        return length <= bytes.Length ? (int)length : throw Bad(at, $"a text of {length} bytes does not fit the file");
    }

    private string Line()
    {
        int end = bytes.Span[position..].IndexOf((byte)'\n');
        if (end < 0 || end > 256) throw Bad(position, "a name does not end");
        string line = Text(Take(end));
        position++;
        return line;
    }

    private string Text(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(utf8);
        }
        catch (DecoderFallbackException e)
        {
            throw new TensorFormatException($"{file}: at byte {position} of the pickle a text is not UTF-8.", e);
        }
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1859", Justification = "It returns a long or a BigInteger; the analyzer sees only the latter.")]
    private static object Long(ReadOnlySpan<byte> littleEndian)
    {
        var value = new BigInteger(littleEndian);
        if (value >= long.MinValue && value <= long.MaxValue) return (long)value;
        return value;
    }

    private object? Peek() => stack.Count > 0 ? stack[^1] : throw Bad(position, "the pickle's stack is empty");

    private object? Pop()
    {
        object? top = Peek();
        if (ReferenceEquals(top, Mark)) throw Bad(position, "the pickle's stack is out of order");
        stack.RemoveAt(stack.Count - 1);
        return top;
    }

    private object?[] PopMany(int count)
    {
        var items = new object?[count];
        for (int i = count - 1; i >= 0; i--) items[i] = Pop();
        return items;
    }

    private object?[] PopToMark()
    {
        int mark = stack.LastIndexOf(Mark);
        if (mark < 0) throw Bad(position, "the pickle's stack has no mark");
        var items = stack.GetRange(mark + 1, stack.Count - mark - 1).ToArray();
        stack.RemoveRange(mark, stack.Count - mark);
        return items;
    }

    private void Append(object?[] items, int at)
    {
        if (Peek() is not List<object?> list) throw Bad(at, "items would be added to something other than a list");
        list.AddRange(items);
    }

    private void SetItems(object?[] items, int at)
    {
        if (Peek() is not OrderedDictionary<object, object?> dictionary || items.Length % 2 != 0) throw Bad(at, "items would be set on something other than a dictionary");
        for (int i = 0; i < items.Length; i += 2)
        {
            if (items[i] is not (string or long or bool or double)) throw Bad(at, "a key is neither a text nor a number");
            if (items[i] is string { Length: > LongestKey }) throw Bad(at, $"a key is longer than {LongestKey} characters");
            dictionary[items[i]!] = items[i + 1];
        }
    }

    private object? Recall(uint index, int at) => memo.TryGetValue(index, out object? value) ? value : throw Bad(at, $"the pickle's memo has no entry {index}");

    private TensorFormatException Bad(int at, string what) => new($"{file}: at byte {at} of the pickle: {what}.");
}
