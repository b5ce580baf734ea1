using DeepNotes.Training;

namespace DeepNotes.Tests.Training;

public sealed class ConfusionMatrixTests
{
    [Fact]
    public void Scores_are_those_of_the_textbook()
    {
        var confusion = new ConfusionMatrix(3);
        confusion.Add(Tensor.From(new long[] { 0, 0, 1, 1, 1, 0 }), Tensor.From(new long[] { 0, 0, 0, 1, 1, 1 }));

        Assert.Equal(6, confusion.Total);
        Assert.Equal(2, confusion[0, 0]);
        Assert.Equal(1, confusion[0, 1]);
        Assert.Equal(4.0 / 6, confusion.Accuracy, 1e-12);
        Assert.Equal(2.0 / 3, confusion.Precision(0), 1e-12);
        Assert.Equal(2.0 / 3, confusion.Recall(1), 1e-12);
        Assert.Equal(0, confusion.F1(2));
        Assert.Equal(4.0 / 9, confusion.MacroF1, 1e-12);
    }

    [Fact]
    public void Logits_count_by_their_largest()
    {
        var confusion = new ConfusionMatrix(2);
        confusion.Add(Tensor.From(new float[,] { { 3, 1 }, { -5, -4 } }), Tensor.From(new long[] { 0, 0 }));
        Assert.Equal(1, confusion[0, 0]);
        Assert.Equal(1, confusion[0, 1]);
    }

    [Fact]
    public void Wrong_batches_are_refused_whole()
    {
        var confusion = new ConfusionMatrix(2);
        Assert.True(double.IsNaN(confusion.Accuracy));
        Assert.Throws<ArgumentOutOfRangeException>(() => confusion.Add(Tensor.From(new long[] { 0, 2 }), Tensor.From(new long[] { 0, 0 })));
        Assert.Throws<ArgumentOutOfRangeException>(() => confusion.Add(Tensor.From(new long[] { 0, 0 }), Tensor.From(new long[] { 0, -1 })));
        Assert.Throws<ShapeException>(() => confusion.Add(Tensor.Zeros([2, 3]), Tensor.From(new long[] { 0, 0 })));
        Assert.Throws<ShapeException>(() => confusion.Add(Tensor.Zeros([3, 2]), Tensor.From(new long[] { 0, 0 })));
        Assert.Throws<DTypeException>(() => confusion.Add(Tensor.Zeros([2]), Tensor.From(new long[] { 0, 0 })));
        Assert.Equal(0, confusion.Total);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConfusionMatrix(0));
    }

    [Fact]
    public void The_table_reads_row_by_row()
    {
        var confusion = new ConfusionMatrix(2);
        for (int i = 0; i < 12; i++) confusion.Add(0, 0);
        confusion.Add(1, 0);
        confusion.Add(1, 1);
        Assert.Equal("     0  1   recall\n0 | 12  .   100.0 %\n1 |  1  1    50.0 %\n", confusion.ToString());
    }
}
