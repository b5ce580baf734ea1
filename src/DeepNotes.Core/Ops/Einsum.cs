namespace DeepNotes;

/// <content>Products that are named by their dimensions; all of them end in one batched matrix product, or a sum.</content>
public partial class Tensor
{
    /// <summary>
    /// A sum of products over named dimensions, such as "bij,bjk->bik". A letter that the result lacks is summed over;
    /// without "->" the result has every letter that occurs once, in alphabetical order; "..." stands for batch dimensions
    /// that broadcast. Matches torch.einsum.
    /// </summary>
    /// <param name="equation">The letters of each operand, separated by commas, and of the result.</param>
    /// <param name="operands">One or more tensors.</param>
    /// <exception cref="ArgumentException">The equation is malformed.</exception>
    /// <exception cref="ShapeException">The equation does not fit the shapes.</exception>
    public static Tensor Einsum(string equation, params ReadOnlySpan<Tensor> operands)
    {
        ArgumentNullException.ThrowIfNull(equation);
        var (terms, output) = EinsumEquation.Parse(equation, operands);
        var lengths = new Dictionary<char, int>();
        for (int i = 0; i < operands.Length; i++)
        {
            for (int d = 0; d < terms[i].Length; d++)
            {
                int length = operands[i].Shape[d];
                if (!lengths.TryGetValue(terms[i][d], out int known) || known == 1) lengths[terms[i][d]] = length;
                else if (length != known && length != 1) throw new ShapeException($"Einsum: in \"{equation}\" the letter {terms[i][d]} is {known} and, in operand {i} {operands[i].Shape}, {length}.");
            }
        }
        var type = operands[0].DType;
        foreach (var operand in operands) type = DTypes.Promote(type, operand.DType);
        var (result, labels) = Diagonals(operands[0].Widened(), terms[0]);
        for (int i = 1; i < operands.Length; i++)
        {
            var (next, nextLabels) = Diagonals(operands[i].Widened(), terms[i]);
            var needed = new HashSet<char>(output);
            foreach (string later in terms[(i + 1)..]) needed.UnionWith(later);
            (result, labels) = Contract(result, labels, next, nextLabels, needed);
        }
        result = Arrange(SumOut(result, ref labels, new HashSet<char>(output)), labels, output);
        return type.IsNarrow() ? result.To(type) : result;
    }

    /// <summary>The products of every element of one vector with every element of another: [n] and [m] give [n, m]. Matches torch.outer.</summary>
    /// <param name="other">The second vector.</param>
    /// <exception cref="ShapeException">One of them is not a vector.</exception>
    public Tensor Outer(Tensor other)
    {
        if (Rank != 1 || other.Rank != 1) throw new ShapeException($"Outer: two vectors are needed; the shapes are {Shape} and {other.Shape}.");
        return Unsqueeze(1) * other;
    }

    /// <summary>The sum of the products of two vectors' elements. Matches torch.dot.</summary>
    /// <param name="other">The second vector.</param>
    /// <exception cref="ShapeException">They are not vectors of one length.</exception>
    public Tensor Dot(Tensor other)
    {
        if (Rank != 1 || other.Shape != Shape) throw new ShapeException($"Dot: two vectors of one length are needed; the shapes are {Shape} and {other.Shape}.");
        return (Widened() * other.Widened()).Sum().To(DTypes.Promote(this, other));
    }

    /// <summary>The product of each matrix of a batch with that of another: [b, n, k] × [b, k, m]. Matches torch.bmm.</summary>
    /// <param name="other">The right factors.</param>
    /// <exception cref="ShapeException">They are not batches of equally many matrices that fit.</exception>
    public Tensor Bmm(Tensor other)
    {
        if (Rank != 3 || other.Rank != 3 || Shape[0] != other.Shape[0]) throw new ShapeException($"Bmm: two batches of equally many matrices are needed; the shapes are {Shape} and {other.Shape}.");
        return MatMul(other);
    }

    /// <summary>Every element times the whole of another tensor: the Kronecker product. Matches torch.kron.</summary>
    /// <param name="other">The second factor.</param>
    public Tensor Kron(Tensor other)
    {
        int rank = Math.Max(Rank, other.Rank);
        int[] left = new int[2 * rank], right = new int[2 * rank], whole = new int[rank];
        for (int i = 0; i < rank; i++)
        {
            int own = i - (rank - Rank), its = i - (rank - other.Rank);
            (left[2 * i], left[2 * i + 1]) = (own < 0 ? 1 : Shape[own], 1);
            (right[2 * i], right[2 * i + 1]) = (1, its < 0 ? 1 : other.Shape[its]);
            whole[i] = left[2 * i] * right[2 * i + 1];
        }
        return (Reshape(left) * other.Reshape(right)).Reshape(whole);
    }

    /// <summary>The p-norm distance of every row of one matrix to every row of another: […, n, d] and […, m, d] give […, n, m]. Matches torch.cdist.</summary>
    /// <param name="other">The second matrix, or batch of them.</param>
    /// <param name="p">The norm; 2 by default.</param>
    /// <exception cref="ShapeException">The rows are not of one length.</exception>
    public Tensor CDist(Tensor other, double p = 2)
    {
        if (Rank < 2 || other.Rank < 2 || Shape[^1] != other.Shape[^1]) throw new ShapeException($"CDist: the rows must have one length; the shapes are {Shape} and {other.Shape}.");
        return (Widened().Unsqueeze(-2) - other.Widened().Unsqueeze(-3)).Norm(p, [-1]).To(DTypes.Promote(this, other));
    }

    /// <summary>The p-norm distances between the rows of a matrix [n, d], each pair once: (0, 1), (0, 2) … (n − 2, n − 1), n·(n − 1)/2 numbers. Matches torch.nn.functional.pdist.</summary>
    /// <param name="p">The norm; 2 by default.</param>
    /// <exception cref="ShapeException">It is no matrix.</exception>
    public Tensor PDist(double p = 2)
    {
        if (Rank != 2) throw new ShapeException($"PDist: the rows of a matrix have distances; the shape is {Shape}.");
        int n = Shape[0], at = 0;
        long[] first = new long[(long)n * (n - 1) / 2], second = new long[first.Length];
        for (int i = 0; i < n; i++)
        {
            for (int j = i + 1; j < n; j++, at++) (first[at], second[at]) = (i, j);
        }
        Tensor Rows(long[] which) => Widened().IndexSelect(0, From<long>(which, [which.Length]).To(Device));
        return (Rows(first) - Rows(second)).Norm(p, [-1]).To(DType);
    }

    /// <summary>A letter that an operand has twice stands for its diagonal.</summary>
    private static (Tensor, string) Diagonals(Tensor x, string labels)
    {
        for (int i = 0; i < labels.Length; i++)
        {
            int j = labels.IndexOf(labels[i], i + 1);
            if (j < 0) continue;
            if (x.Shape[i] != x.Shape[j]) throw new ShapeException($"Einsum: the letter {labels[i]} occurs twice in one operand with the lengths {x.Shape[i]} and {x.Shape[j]}.");
            x = x.MoveDim([i, j], [-2, -1]).Diagonal();
            labels = labels.Remove(j, 1).Remove(i, 1) + labels[i];
            i = -1;
        }
        return (x, labels);
    }

    private static (Tensor, string) Contract(Tensor a, string labelsA, Tensor b, string labelsB, HashSet<char> needed)
    {
        // What only one side has and nobody needs is summed away first.
        a = SumOut(a, ref labelsA, [.. needed, .. labelsB]);
        b = SumOut(b, ref labelsB, [.. needed, .. labelsA]);
        string batch = "", contracted = "", onlyA = "", onlyB = "";
        foreach (char c in labelsA)
        {
            if (!labelsB.Contains(c, StringComparison.Ordinal)) onlyA += c;
            else if (needed.Contains(c)) batch += c;
            else contracted += c;
        }
        foreach (char c in labelsB) if (!labelsA.Contains(c, StringComparison.Ordinal)) onlyB += c;
        a = Arrange(a, labelsA, batch + onlyA + contracted);
        b = Arrange(b, labelsB, batch + contracted + onlyB);
        var shape = new List<int>();
        for (int i = 0; i < batch.Length; i++) shape.Add(Math.Max(a.Shape[i], b.Shape[i]));
        // A length of 1 on one side broadcasts along the contracted letters as well.
        for (int i = 0; i < contracted.Length; i++)
        {
            int atA = batch.Length + onlyA.Length + i, atB = batch.Length + i, length = Math.Max(a.Shape[atA], b.Shape[atB]);
            if (a.Shape[atA] != length) a = a.ExpandTo(With(a.Shape, atA, length));
            if (b.Shape[atB] != length) b = b.ExpandTo(With(b.Shape, atB, length));
        }
        for (int i = 0; i < batch.Length; i++)
        {
            if (a.Shape[i] != shape[i]) a = a.ExpandTo(With(a.Shape, i, shape[i]));
            if (b.Shape[i] != shape[i]) b = b.ExpandTo(With(b.Shape, i, shape[i]));
        }
        int rows = Product(a.Shape, batch.Length, onlyA.Length), inner = Product(a.Shape, batch.Length + onlyA.Length, contracted.Length), columns = Product(b.Shape, batch.Length + contracted.Length, onlyB.Length);
        int many = Product(a.Shape, 0, batch.Length);
        var product = a.Reshape(many, rows, inner).MatMul(b.Reshape(many, inner, columns));
        for (int i = 0; i < onlyA.Length; i++) shape.Add(a.Shape[batch.Length + i]);
        for (int i = 0; i < onlyB.Length; i++) shape.Add(b.Shape[batch.Length + contracted.Length + i]);
        return (product.Reshape([.. shape]), batch + onlyA + onlyB);
    }

    private static Tensor SumOut(Tensor x, ref string labels, HashSet<char> needed)
    {
        var dimensions = new List<int>();
        string kept = "";
        for (int i = 0; i < labels.Length; i++)
        {
            if (needed.Contains(labels[i])) kept += labels[i];
            else dimensions.Add(i);
        }
        if (dimensions.Count == 0) return x;
        labels = kept;
        return x.Sum([.. dimensions]);
    }

    private static Tensor Arrange(Tensor x, string labels, string order)
    {
        if (labels == order) return x;
        var permutation = new int[order.Length];
        for (int i = 0; i < order.Length; i++) permutation[i] = labels.IndexOf(order[i], StringComparison.Ordinal);
        return x.Permute(permutation);
    }

    private static Shape With(Shape shape, int dimension, int length)
    {
        var lengths = shape.ToArray();
        lengths[dimension] = length;
        return Shape.Create(lengths);
    }

    private static int Product(Shape shape, int start, int count)
    {
        int product = 1;
        foreach (int length in shape.AsSpan().Slice(start, count)) product *= length;
        return product;
    }
}

/// <summary>The letters of an Einstein sum, with "..." replaced by letters of its own.</summary>
internal static class EinsumEquation
{
    // Behind the letters that a user can write.
    private const char FirstBatch = '\uE000';

    public static (string[] Terms, string Output) Parse(string equation, ReadOnlySpan<Tensor> operands)
    {
        string compact = equation.Replace(" ", "", StringComparison.Ordinal);
        int arrow = compact.IndexOf("->", StringComparison.Ordinal);
        string[] terms = (arrow < 0 ? compact : compact[..arrow]).Split(',');
        if (terms.Length != operands.Length || operands.Length == 0) throw new ArgumentException($"Einsum: \"{equation}\" has {terms.Length} terms for {operands.Length} operands.");
        int batch = 0;
        for (int i = 0; i < terms.Length; i++)
        {
            int dots = terms[i].IndexOf("...", StringComparison.Ordinal);
            int letters = terms[i].Length - (dots < 0 ? 0 : 3), rest = operands[i].Rank - letters;
            if (rest < 0 || (dots < 0 && rest != 0)) throw new ShapeException($"Einsum: the term \"{terms[i]}\" of \"{equation}\" does not fit operand {i} {operands[i].Shape}.");
            if (dots < 0) continue;
            batch = Math.Max(batch, rest);
            terms[i] = terms[i][..dots] + new string('\0', rest) + terms[i][(dots + 3)..];
        }
        for (int i = 0; i < terms.Length; i++)
        {
            int first = terms[i].IndexOf('\0', StringComparison.Ordinal), count = terms[i].Count(c => c == '\0');
            if (count > 0) terms[i] = terms[i][..first] + Batch(batch - count, count) + terms[i][(first + count)..];
            foreach (char c in terms[i]) if (!char.IsAsciiLetter(c) && c < FirstBatch) throw new ArgumentException($"Einsum: \"{equation}\" has the character '{c}'; letters are expected.");
        }
        string output;
        if (arrow < 0)
        {
            string all = string.Concat(terms);
            output = Batch(0, batch) + string.Concat(all.Where(c => c < FirstBatch && all.Count(o => o == c) == 1).Order());
        }
        else
        {
            output = compact[(arrow + 2)..].Replace("...", Batch(0, batch), StringComparison.Ordinal);
            foreach (char c in output)
            {
                if (output.Count(o => o == c) != 1) throw new ArgumentException($"Einsum: the result of \"{equation}\" has the letter '{c}' twice.");
                if (!terms.Any(term => term.Contains(c, StringComparison.Ordinal))) throw new ArgumentException($"Einsum: the result of \"{equation}\" has the letter '{c}', which no operand has.");
            }
        }
        return (terms, output);
    }

    private static string Batch(int start, int count) => string.Concat(Enumerable.Range(start, count).Select(i => (char)(FirstBatch + i)));
}
