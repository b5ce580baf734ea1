using System.Globalization;

namespace DeepNotes.IO;

/// <summary>The header of an .npy file: a Python dictionary of three known entries, read by a small parser that knows nothing else.</summary>
internal static class NpyHeader
{
    public static (string Descriptor, bool IsFortran, int[] Lengths) Parse(string text, string path)
    {
        string? descriptor = null;
        bool? isFortran = null;
        int[]? lengths = null;
        int at = 0;
        Expect('{');
        while (!TryTake('}'))
        {
            string key = Quoted();
            Expect(':');
            switch (key)
            {
                case "descr" when descriptor is null: descriptor = Quoted(); break;
                case "fortran_order" when isFortran is null: isFortran = Truth(); break;
                case "shape" when lengths is null: lengths = Tuple(); break;
                default: throw Bad($"the entry '{key}' is not expected");
            }
            if (!TryTake(','))
            {
                Expect('}');
                break;
            }
        }
        Skip();
        if (at != text.Length) throw Bad("something follows the dictionary");
        if (descriptor is null || isFortran is null || lengths is null) throw Bad("descr, fortran_order and shape are not all there");
        return (descriptor, isFortran.Value, lengths);

        void Skip()
        {
            while (at < text.Length && text[at] is ' ' or '\n' or '\t' or '\0') at++;
        }

        bool TryTake(char c)
        {
            Skip();
            if (at >= text.Length || text[at] != c) return false;
            at++;
            return true;
        }

        void Expect(char c)
        {
            if (!TryTake(c)) throw Bad($"'{c}' is missing");
        }

        string Quoted()
        {
            Skip();
            if (at >= text.Length || text[at] is not ('\'' or '"')) throw Bad("a text is missing");
            char quote = text[at++];
            int end = text.IndexOf(quote, at);
            if (end < 0) throw Bad("a text does not end");
            string value = text[at..end];
            at = end + 1;
            return value;
        }

        bool Truth()
        {
            Skip();
            foreach (var (word, value) in new[] { ("True", true), ("False", false) })
            {
                if (!text.AsSpan(at).StartsWith(word, StringComparison.Ordinal)) continue;
                at += word.Length;
                return value;
            }
            throw Bad("fortran_order is neither True nor False");
        }

        int[] Tuple()
        {
            var values = new List<int>();
            Expect('(');
            while (!TryTake(')'))
            {
                Skip();
                int start = at;
                while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
                if (!int.TryParse(text.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out int value)) throw Bad("the shape holds something that is no length from 0 to 2³¹−1");
                values.Add(value);
                if (values.Count > Shape.MaxRank) throw Bad($"the shape has more than {Shape.MaxRank} lengths");
                if (!TryTake(','))
                {
                    Expect(')');
                    break;
                }
            }
            return [.. values];
        }

        TensorFormatException Bad(string what) => new($"{path}: in the header at character {at}: {what}.");
    }

    public static (DType Type, bool IsBigEndian) TypeOf(string descriptor, string path)
    {
        DType? type = descriptor.Length < 2 ? null : descriptor[1..] switch
        {
            "f8" => DType.Float64,
            "f4" => DType.Float32,
            "f2" => DType.Float16,
            "i8" => DType.Int64,
            "i4" => DType.Int32,
            "i2" => DType.Int16,
            "i1" => DType.Int8,
            "u1" => DType.UInt8,
            "b1" => DType.Bool,
            _ => null,
        };
        if (type is null || descriptor[0] is not ('<' or '>' or '|' or '=')) throw new TensorFormatException($"{path}: arrays of the type '{descriptor}' are not supported; there are f8, f4, f2, i8, i4, i2, i1, u1 and b1.");
        return (type.Value, descriptor[0] == '>');
    }

    public static string NameOf(DType type) => type switch
    {
        DType.Float64 => "<f8",
        DType.Float32 => "<f4",
        DType.Float16 => "<f2",
        DType.Int64 => "<i8",
        DType.Int32 => "<i4",
        DType.Int16 => "<i2",
        DType.Int8 => "|i1",
        DType.UInt8 => "|u1",
        _ => "|b1",
    };
}
