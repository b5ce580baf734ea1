using System.Buffers.Binary;
using System.Text;

namespace DeepNotes.Core.Tests.IO.Fuzz;

/// <summary>Damage to files of any kind, and numbers and texts that programs trip over.</summary>
internal static class Mutation
{
    public static readonly long[] Numbers =
        [0, 1, 2, 3, 7, 8, 9, 127, 128, 255, 256, 32767, 65535, 65536, 1 << 20, int.MaxValue - 1, int.MaxValue, 1L << 31, uint.MaxValue, 1L << 32, 1L << 40, 1L << 62, long.MaxValue - 7, long.MaxValue, long.MinValue, -1, -2, -8, int.MinValue];

    public static readonly string[] Texts =
        ["", ".", "..", "/", "a", "\0", "../a.safetensors", "/etc/passwd", "..\\a", "C:\\a", "a/../../b.safetensors", "con", "\u202e", new('x', 300), new('x', 5000), "__metadata__", "'", "\"", "{", "\\u0000", "\\ud800", "\ud83d\ude00", "%00", "~/a", "file:///a.safetensors", "1e999", "-0", "NaN"];

    public static T Pick<T>(this Random random, params IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    public static bool Chance(this Random random, double probability) => random.NextDouble() < probability;

    /// <summary>One to four changes: bits, bytes, numbers of two to eight bytes, pieces cut out, doubled, moved or swapped, the end cut off or drawn out.</summary>
    public static byte[] Damage(this Random random, byte[] original)
    {
        var bytes = new List<byte>(original);
        for (int changes = random.Pick(1, 1, 1, 2, 4); changes > 0; changes--)
        {
            int at = random.Next(bytes.Count + 1), length = random.Next(1, 1 + Math.Min(random.Pick(4, 64, 1024), Math.Max(1, bytes.Count - at)));
            switch (random.Next(9))
            {
                case 0: bytes.RemoveRange(at, bytes.Count - at); break;
                case 1: bytes.AddRange(Bytes(random, length)); break;
                case 2 when at < bytes.Count: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 3 when at < bytes.Count: bytes[at] = (byte)random.Pick(0, 255, 128, 127, random.Next(256)); break;
                case 4: Overwrite(bytes, at, Number(random)); break;
                case 5: bytes.RemoveRange(at, Math.Min(length, bytes.Count - at)); break;
                case 6: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(length, bytes.Count - at))); break;
                case 7: Overwrite(bytes, random.Next(bytes.Count + 1), [.. bytes.GetRange(at, Math.Min(length, bytes.Count - at))]); break;
                default: bytes.InsertRange(at, Bytes(random, length)); break;
            }
        }
        return [.. bytes];
    }

    /// <summary>Damage to text: a number or a quoted word exchanged for a hostile one, or any damage.</summary>
    public static string DamageText(this Random random, string text)
    {
        if (random.Chance(0.3)) return Encoding.Latin1.GetString(random.Damage(Encoding.Latin1.GetBytes(text)));
        int at = random.Next(text.Length + 1);
        if (random.Chance(0.6))
        {
            int start = text.AsSpan(at).IndexOfAnyInRange('0', '9');
            if (start < 0) return text[..at];
            start += at;
            int end = start;
            while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
            return $"{text[..start]}{random.Pick(Numbers)}{text[end..]}";
        }
        int quote = text.IndexOf('"', at), close = quote < 0 ? -1 : text.IndexOf('"', quote + 1);
        return close < 0 ? text[at..] : $"{text[..(quote + 1)]}{random.Pick(Texts)}{text[close..]}";
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        if (random.Chance(0.5)) random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Number(Random random)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, random.Pick(Numbers));
        return bytes[..random.Pick(2, 4, 4, 8, 8)];
    }

    private static void Overwrite(List<byte> bytes, int at, byte[] with)
    {
        for (int i = 0; i < with.Length && at + i < bytes.Count; i++) bytes[at + i] = with[i];
    }
}
