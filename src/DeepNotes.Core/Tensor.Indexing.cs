namespace DeepNotes;

public partial class Tensor
{
    /// <summary>
    /// A view of a part: <c>x[0]</c>, <c>x[.., 1..^1]</c>, <c>x[^1, .., 3]</c>. Dimensions that are not named are taken whole.
    /// Assigning writes into the part, with broadcasting.
    /// </summary>
    /// <exception cref="ShapeException">There are more places than dimensions, or one is out of range.</exception>
    [System.Runtime.CompilerServices.IndexerName("At")]
    public Tensor this[params ReadOnlySpan<TensorIndex> places]
    {
        get
        {
            if (places.Length > Rank) throw new ShapeException($"{places.Length} places were given for the shape {Shape}, which has {Rank} dimensions.");
            var result = this;
            int dimension = 0;
            for (int i = 0; i < places.Length; i++)
            {
                int length = Shape[i];
                var (start, count) = places[i].Resolve(length, i, Shape);
                if (!places[i].IsRange) result = result.Select(dimension, start);
                else if (count != length) result = result.Narrow(dimension++, start, count);
                else dimension++;
            }
            return result;
        }
        set => this[places].CopyFrom(value);
    }
}
