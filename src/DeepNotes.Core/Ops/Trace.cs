namespace DeepNotes;

public partial class Tensor
{
    /// <summary>The sum of the main diagonal of a matrix, or of each of several. Of one matrix it matches torch.trace; integers and Bool are summed as Int64.</summary>
    /// <returns>[…] for this tensor's [… , rows, columns].</returns>
    /// <exception cref="ShapeException">There are fewer than two dimensions.</exception>
    public Tensor Trace() => Rank >= 2 ? Diagonal().Sum([-1]) : throw new ShapeException($"Trace: a matrix has at least two dimensions; the shape is {Shape}.");
}
