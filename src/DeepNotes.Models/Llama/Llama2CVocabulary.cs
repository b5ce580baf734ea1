using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace DeepNotes.Models;

/// <summary>The pieces of text that tokens stand for, in the file format of Karpathy's llama2.c: for reading what a model has written.</summary>
public sealed class Llama2CVocabulary
{
    private const int BeginOfText = 1, EndOfText = 2;

    private readonly byte[][] pieces;

    private Llama2CVocabulary(byte[][] pieces) => this.pieces = pieces;

    /// <summary>The number of tokens.</summary>
    public int Count => pieces.Length;

    /// <summary>Reads a vocabulary.</summary>
    /// <param name="path">The file, such as tok512.bin.</param>
    /// <exception cref="TensorFormatException">The file is none.</exception>
    public static Llama2CVocabulary Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ReadOnlySpan<byte> rest = File.ReadAllBytes(path);
        var pieces = new List<byte[]>();
        if (rest.Length < 4) throw Broken();
        // The longest piece's length, then for each piece a score, its length and its bytes.
        for (rest = rest[4..]; rest.Length > 0;)
        {
            if (rest.Length < 8) throw Broken();
            int length = BinaryPrimitives.ReadInt32LittleEndian(rest[4..]);
            if (length < 0 || length > rest.Length - 8) throw Broken();
            pieces.Add(Bytes(rest.Slice(8, length)));
            rest = rest[(8 + length)..];
        }
        return new([.. pieces]);

        TensorFormatException Broken() => new($"{path}: this is no llama2.c vocabulary, or it ends too early after {pieces.Count} pieces.");
    }

    /// <summary>The text of tokens, without begin and end marks.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in the vocabulary.</exception>
    public string Decode(IEnumerable<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var text = new List<byte>();
        foreach (int token in tokens)
        {
            if (token < 0 || token >= pieces.Length) throw new ArgumentOutOfRangeException(nameof(tokens), token, $"Llama2CVocabulary: there are {pieces.Length} tokens.");
            if (token is BeginOfText or EndOfText) continue;
            ReadOnlySpan<byte> piece = pieces[token];
            // A text begins with a space that stands for no space.
            text.AddRange(text.Count == 0 && piece.Length > 0 && piece[0] == ' ' ? piece[1..] : piece);
        }
        return Encoding.UTF8.GetString([.. text]);
    }

    /// <summary>A piece such as &lt;0x0A&gt; stands for one byte.</summary>
    private static byte[] Bytes(ReadOnlySpan<byte> piece) =>
        piece.Length == 6 && piece.StartsWith("<0x"u8) && piece[5] == '>' && byte.TryParse(piece[3..5], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out byte value) ? [value] : piece.ToArray();
}
