namespace DeepNotes;

/// <content>Order. The sorted values are the elements at the sorted places, and that is where their gradient comes from.</content>
public partial class Tensor
{
    /// <summary>The elements along a dimension in order, and where they stood; equal ones keep their order, NaN counts as largest. Matches torch.sort(stable=True).</summary>
    /// <param name="dimension">Which; negative ones count from the end.</param>
    /// <param name="descending">True for the largest first.</param>
    public (Tensor Values, Tensor Indices) Sort(int dimension = -1, bool descending = false)
    {
        var indices = ArgSort(dimension, descending);
        return Rank == 0 ? (Reshape(1).Gather(indices.Reshape(1)).Reshape([]), indices) : (Gather(dimension, indices), indices);
    }

    /// <summary>Where the elements along a dimension stand in order. Matches torch.argsort(stable=True).</summary>
    /// <param name="dimension">Which; negative ones count from the end.</param>
    /// <param name="descending">True for the largest first.</param>
    public Tensor ArgSort(int dimension = -1, bool descending = false)
    {
        dimension = Shape.Dimension(dimension, nameof(ArgSort));
        var x = Detach();
        if (x.DType == DType.BFloat16) x = x.To(DType.Float32);
        if (Rank == 0) return Zeros([], DType.Int64, Device);
        return Backend.ArgSort(x.MoveDim(dimension, -1).Contiguous(), descending).MoveDim(-1, dimension).Contiguous();
    }

    /// <summary>The k largest elements along a dimension, largest first, and where they stand. Matches torch.topk.</summary>
    /// <param name="k">How many.</param>
    /// <param name="dimension">Which; negative ones count from the end.</param>
    /// <param name="largest">False for the smallest, smallest first.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer elements, or k is negative.</exception>
    public (Tensor Values, Tensor Indices) TopK(int k, int dimension = -1, bool largest = true)
    {
        dimension = Shape.Dimension(dimension, nameof(TopK));
        if (Rank == 0) throw new ShapeException("TopK: a scalar has no dimension to choose from.");
        if (k < 0 || k > Shape[dimension]) throw new ArgumentOutOfRangeException(nameof(k), $"TopK: {k} elements of dimension {dimension} of {Shape}.");
        var indices = ArgSort(dimension, largest).Narrow(dimension, 0, k).Contiguous();
        return (Gather(dimension, indices), indices);
    }

    /// <summary>The k-th smallest element along a dimension, counted from 1, and where it stands. Matches torch.kthvalue.</summary>
    /// <param name="k">From 1.</param>
    /// <param name="dimension">Which; negative ones count from the end.</param>
    /// <param name="keepDim">True to leave the dimension with the length 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer elements, or k is below 1.</exception>
    public (Tensor Values, Tensor Indices) KthValue(int k, int dimension = -1, bool keepDim = false)
    {
        dimension = Shape.Dimension(dimension, nameof(KthValue));
        if (Rank == 0) throw new ShapeException("KthValue: a scalar has no dimension to choose from.");
        if (k < 1 || k > Shape[dimension]) throw new ArgumentOutOfRangeException(nameof(k), $"KthValue: element {k} of dimension {dimension} of {Shape}.");
        var indices = ArgSort(dimension).Narrow(dimension, k - 1, 1).Contiguous();
        var values = Gather(dimension, indices);
        return keepDim ? (values, indices) : (values.Squeeze(dimension), indices.Squeeze(dimension));
    }

    /// <summary>The middle element along a dimension, the lower of two, and where it stands; NaN if there is one. Matches torch.median(dim).</summary>
    /// <param name="dimension">Which; negative ones count from the end.</param>
    /// <param name="keepDim">True to leave the dimension with the length 1.</param>
    /// <exception cref="ShapeException">The dimension is empty.</exception>
    public (Tensor Values, Tensor Indices) Median(int dimension, bool keepDim = false)
    {
        dimension = Shape.Dimension(dimension, nameof(Median));
        if (Rank == 0) return (this, Zeros([], DType.Int64, Device));
        int length = Shape[dimension];
        if (length == 0) throw new ShapeException($"Median: dimension {dimension} of {Shape} is empty.");
        var sorted = ArgSort(dimension);
        var indices = sorted.Narrow(dimension, (length - 1) / 2, 1).Contiguous();
        if (DType.IsFloatingPoint())
        {
            // NaN is sorted last: if the last is NaN, it is the median.
            var last = sorted.Narrow(dimension, length - 1, 1).Contiguous();
            var largest = Detach().Gather(dimension, last);
            indices = Where(largest.Ne(largest), last, indices);
        }
        var values = Gather(dimension, indices);
        return keepDim ? (values, indices) : (values.Squeeze(dimension), indices.Squeeze(dimension));
    }

    /// <summary>The middle element of all, the lower of two. Matches torch.median.</summary>
    /// <exception cref="ShapeException">There are no elements.</exception>
    public Tensor Median() => Reshape(Count).Median(0).Values;

    /// <summary>The different elements in ascending order, for each element its place among them, and how often each occurs. Matches torch.unique(return_inverse=True, return_counts=True).</summary>
    /// <returns>The elements [n]; places of this shape and counts [n] as Int64.</returns>
    public (Tensor Values, Tensor Inverse, Tensor Counts) Unique()
    {
        var flat = Detach().Reshape(Count);
        var (sorted, order) = flat.Sort(0);
        var places = order.ToArray<long>();
        var isNew = Count == 0 ? [] : sorted.Narrow(0, 1, Count - 1).Ne(sorted.Narrow(0, 0, Count - 1)).ToArray<bool>();
        var firsts = new List<long>();
        var counts = new List<long>();
        var inverse = new long[Count];
        for (int i = 0; i < places.Length; i++)
        {
            if (i == 0 || isNew[i - 1])
            {
                firsts.Add(i);
                counts.Add(0);
            }
            counts[^1]++;
            inverse[places[i]] = firsts.Count - 1;
        }
        return (sorted.IndexSelect(0, From<long>(firsts.ToArray()).To(Device)), From<long>(inverse, Shape).To(Device), From<long>(counts.ToArray()).To(Device));
    }

    /// <summary>How often each number from 0 on occurs, or the sum of the weights where it does. Matches torch.bincount.</summary>
    /// <param name="weights">One for each number, or null to count.</param>
    /// <param name="minimumLength">The result has at least so many elements.</param>
    /// <exception cref="DTypeException">The numbers are not Int64.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public Tensor BinCount(Tensor? weights = null, int minimumLength = 0)
    {
        if (DType != DType.Int64) throw new DTypeException($"BinCount: the numbers must be Int64, not {DType}.");
        if (Rank != 1 || (weights is not null && weights.Shape != Shape)) throw new ShapeException($"BinCount: the numbers must have one dimension and the weights their shape; they are {Shape}{(weights is null ? "" : $" and {weights.Shape}")}.");
        int length = Count == 0 ? minimumLength : Math.Max(minimumLength, checked((int)Max().Item<long>() + 1));
        return weights is null
            ? Zeros([length], DType.Int64, Device).ScatterAdd(0, this, Ones(Shape, DType.Int64, Device))
            : Zeros([length], weights.DType, Device).ScatterAdd(0, this, weights);
    }

    /// <summary>How many elements lie in each of equally wide stretches from low to high; the last includes its end. Matches torch.histc.</summary>
    /// <param name="bins">How many stretches.</param>
    /// <param name="low">Where the first begins; with both 0, at the smallest element.</param>
    /// <param name="high">Where the last ends; with both 0, at the largest element.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no stretch, or high is below low.</exception>
    public Tensor Histogram(int bins = 100, double low = 0, double high = 0)
    {
        Floating(DType, nameof(Histogram));
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(high, low);
        var values = Detach().To(DType.Float64).ToArray<double>();
        if (low == high && low == 0 && values.Length > 0) (low, high) = (values.Min(), values.Max());
        if (low == high) (low, high) = (low - 1, high + 1);
        var counts = new double[bins];
        foreach (double x in values)
        {
            if (x >= low && x <= high) counts[Math.Min((int)((x - low) * bins / (high - low)), bins - 1)]++;
        }
        return From<double>(counts).To(DType).To(Device);
    }

    /// <summary>Where each value would have to be put into this ascending sequence to keep it so: before equal elements, or behind them. Matches torch.searchsorted with one sequence.</summary>
    /// <param name="values">What would be put in; of any shape.</param>
    /// <param name="right">True for behind equal elements.</param>
    /// <returns>Int64, of the values' shape.</returns>
    /// <exception cref="ShapeException">The sequence does not have one dimension.</exception>
    public Tensor SearchSorted(Tensor values, bool right = false)
    {
        if (Rank != 1) throw new ShapeException($"SearchSorted: the sequence must have one dimension; it is {Shape}.");
        var sequence = Detach().To(DType.Float64).ToArray<double>();
        var wanted = values.Detach().To(DType.Float64).ToArray<double>();
        var places = new long[wanted.Length];
        for (int i = 0; i < places.Length; i++)
        {
            int low = 0, high = sequence.Length;
            while (low < high)
            {
                int middle = (low + high) >>> 1;
                bool goesOn = double.IsNaN(wanted[i]) || (right ? sequence[middle] <= wanted[i] : sequence[middle] < wanted[i]);
                if (goesOn) low = middle + 1;
                else high = middle;
            }
            places[i] = low;
        }
        return From<long>(places, values.Shape).To(Device);
    }
}
