using System.Globalization;
using System.Text;

namespace DeepNotes;

public partial class Tensor
{
    private const int EdgeItems = 3;
    private const int MostElements = 1000;
    private const int LineWidth = 80;
    private const string Opening = "tensor(";

    /// <summary>The elements like NumPy prints them: aligned, lines broken, of large tensors the first and last three of each dimension; with shape and type.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Opening);
        if (Count == 0)
        {
            text.Append("[]");
        }
        else
        {
            using var off = DeepNotes.Grad.Off();
            var shown = Count > MostElements ? Edges() : Detach();
            Print(text, shown.Shape, Texts(shown.To(Device.Cpu)), 0, 0);
        }
        return text.Append(", shape: ").Append(Shape).Append(", ").Append(DType).Append(RequiresGrad ? ", requires gradient)" : ")").ToString();
    }

    /// <summary>The first and last elements of each long dimension.</summary>
    private Tensor Edges()
    {
        var result = Detach();
        for (int d = 0; d < Rank; d++)
        {
            int length = Shape[d];
            if (length > 2 * EdgeItems) result = Concatenate([result.Narrow(d, 0, EdgeItems), result.Narrow(d, length - EdgeItems, EdgeItems)], d);
        }
        return result;
    }

    private void Print(StringBuilder text, Shape shown, string[] elements, int dimension, int place)
    {
        if (dimension == Rank)
        {
            text.Append(elements[place]);
            return;
        }
        int length = shown[dimension], step = 1;
        bool cut = length < Shape[dimension], innermost = dimension == Rank - 1;
        for (int d = dimension + 1; d < Rank; d++) step *= shown[d];
        string indent = new(' ', Opening.Length + dimension + 1);
        // Between matrices there is an empty line, and one more for each dimension above.
        string separator = "," + new string('\n', Rank - dimension - 1) + indent;
        int column = indent.Length;
        text.Append('[');
        int start = text.Length;
        for (int i = 0; i < length; i++)
        {
            if (cut && i == EdgeItems) Separate("...");
            Separate(innermost ? elements[place + i] : null);
            if (!innermost) Print(text, shown, elements, dimension + 1, place + i * step);
        }

        text.Append(']');

        void Separate(string? item)
        {
            bool first = text.Length == start;
            if (!innermost)
            {
                text.Append(first ? "" : separator).Append(item);
                return;
            }
            bool full = !first && column + 2 + item!.Length > LineWidth;
            text.Append(first ? "" : full ? ",\n" + indent : ", ").Append(item);
            column = (full ? indent.Length : first ? column : column + 2) + item!.Length;
        }
    }

    /// <summary>The elements in one way of writing, so that they stand under each other.</summary>
    private string[] Texts(Tensor shown)
    {
        string[] texts;
        if (DType == DType.Bool)
        {
            texts = [.. shown.ToArray<bool>().Select(x => x ? "true" : "false")];
        }
        else if (!DType.IsFloatingPoint())
        {
            texts = [.. shown.To(DType.Int64).ToArray<long>().Select(x => x.ToString(CultureInfo.InvariantCulture))];
        }
        else
        {
            double[] numbers = shown.To(DType.Float64).ToArray<double>();
            string pattern = Pattern(numbers);
            texts = [.. numbers.Select(x => Write(x, pattern))];
        }
        int width = texts.Max(t => t.Length);
        return [.. texts.Select(t => t.PadLeft(width))];
    }

    private static string Pattern(double[] numbers)
    {
        double largest = 0, smallest = double.PositiveInfinity;
        bool whole = true;
        foreach (double x in numbers)
        {
            if (!double.IsFinite(x)) continue;
            double size = Math.Abs(x);
            largest = Math.Max(largest, size);
            if (size > 0) smallest = Math.Min(smallest, size);
            whole &= x == Math.Floor(x);
        }
        bool scientific = largest >= 1e8 || (!whole && (smallest < 1e-4 || largest / smallest > 1e4 && largest >= 1e5));
        return scientific ? "0.0000e+00" : whole ? "0" : "0.0000";
    }

    private static string Write(double x, string pattern) => double.IsNaN(x) ? "nan" : double.IsPositiveInfinity(x) ? "inf" : double.IsNegativeInfinity(x) ? "-inf"
        : x.ToString(pattern, CultureInfo.InvariantCulture) + (pattern == "0" ? "." : "");
}
