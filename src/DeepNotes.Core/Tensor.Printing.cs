using System.Globalization;
using System.Text;

namespace DeepNotes;

public partial class Tensor
{
    private const int EdgeItems = 3;
    private const int MostElements = 1000;

    /// <summary>The elements like NumPy prints them, long dimensions cut in the middle, with shape and type.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("tensor(");
        var data = Detach().To(Device.Cpu).To(DType.IsFloatingPoint() ? DType.Float64 : DType.Int64).Contiguous();
        if (Count == 0) text.Append("[]");
        else Print(text, data, 0, 0, Format(data), Count > MostElements);
        GC.KeepAlive(data);
        return text.Append(", shape: ").Append(Shape).Append(", ").Append(DType).Append(RequiresGrad ? ", requires gradient)" : ")").ToString();
    }

    private void Print(StringBuilder text, Tensor data, int dimension, int offset, Func<Tensor, int, string> format, bool cut)
    {
        if (dimension == Rank)
        {
            text.Append(format(data, offset));
            return;
        }
        int length = Shape[dimension], step = data.Strides[dimension];
        text.Append('[');
        for (int i = 0; i < length; i++)
        {
            if (i > 0) text.Append(dimension == Rank - 1 ? ", " : ",\n" + new string(' ', "tensor(".Length + dimension + 1));
            if (cut && length > 2 * EdgeItems && i == EdgeItems)
            {
                text.Append("...");
                i = length - EdgeItems - 1;
                continue;
            }
            Print(text, data, dimension + 1, offset + i * step, format, cut);
        }
        text.Append(']');
    }

    /// <summary>One way to write all elements, so that they stand under each other.</summary>
    private Func<Tensor, int, string> Format(Tensor data)
    {
        if (DType == DType.Bool) return (t, i) => t.Elements<long>()[i] != 0 ? " true" : "false";
        if (!DType.IsFloatingPoint())
        {
            int wide = 0;
            foreach (long x in data.Elements<long>()) wide = Math.Max(wide, x.ToString(CultureInfo.InvariantCulture).Length);
            return (t, i) => t.Elements<long>()[i].ToString(CultureInfo.InvariantCulture).PadLeft(wide);
        }
        double largest = 0, smallest = double.PositiveInfinity;
        bool whole = true;
        foreach (double x in data.Elements<double>())
        {
            if (!double.IsFinite(x)) continue;
            double size = Math.Abs(x);
            largest = Math.Max(largest, size);
            if (size > 0) smallest = Math.Min(smallest, size);
            whole &= x == Math.Floor(x);
        }
        bool scientific = largest >= 1e8 || (!whole && (smallest < 1e-4 || largest / smallest > 1e4 && largest >= 1e5));
        string pattern = scientific ? "0.0000e+00" : whole ? "0" : "0.0000";
        int width = 0;
        foreach (double x in data.Elements<double>()) width = Math.Max(width, Write(x, pattern).Length);
        return (t, i) => Write(t.Elements<double>()[i], pattern).PadLeft(width);
    }

    private static string Write(double x, string pattern) => double.IsNaN(x) ? "nan" : double.IsPositiveInfinity(x) ? "inf" : double.IsNegativeInfinity(x) ? "-inf"
        : x.ToString(pattern, CultureInfo.InvariantCulture) + (pattern == "0" ? "." : "");
}
