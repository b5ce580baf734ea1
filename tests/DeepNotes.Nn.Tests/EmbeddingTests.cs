namespace DeepNotes.Nn.Tests;

public class EmbeddingTests
{
    [Fact]
    public void The_padding_row_begins_with_zeros_and_gets_no_gradient()
    {
        var layer = new Embedding(5, 3, paddingIndex: -1);
        Assert.All(layer.Weight.Detach()[4].ToArray<float>(), x => Assert.Equal(0f, x));
        Assert.All(layer.Weight.Detach()[..4].ToArray<float>(), x => Assert.NotEqual(0f, x));
        layer.Forward(Tensor.From(4L, 1)).Sum().Backward();
        Assert.Equal([0f, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], layer.Weight.Grad!.ToArray<float>());
        Assert.All(new EmbeddingBag(5, 3, paddingIndex: 2).Weight.Detach()[2].ToArray<float>(), x => Assert.Equal(0f, x));
    }

    [Fact]
    public void Pretrained_tables_are_shared_and_frozen_unless_said_otherwise()
    {
        Tensor table = Tensor.From(1f, 2, 3, 4).Reshape(2, 2);
        Embedding frozen = Embedding.FromPretrained(table);
        Assert.False(frozen.Forward(Tensor.From(1L)).RequiresGrad);
        table[1, 0] = 7;
        Assert.Equal([7f, 4f], frozen.Forward(Tensor.From(1L)).ToArray<float>());
        Assert.True(Embedding.FromPretrained(table, freeze: false).Forward(Tensor.From(1L)).RequiresGrad);
        Assert.True(EmbeddingBag.FromPretrained(table, freeze: false).Forward(Tensor.From(1L).Unsqueeze(0)).RequiresGrad);
    }

    [Fact]
    public void Long_vectors_are_shortened_in_the_table_when_used_and_in_a_copy_of_a_snapshot()
    {
        Embedding layer = Embedding.FromPretrained(Tensor.From(3f, 4, 0.3f, 0.4f, 6, 8).Reshape(3, 2), maxNorm: 1);
        Embedding snapshot = layer.Snapshot();
        Goldens.AssertClose(Tensor.From(0.6f, 0.8f, 0.3f, 0.4f).Reshape(2, 2), layer.Forward(Tensor.From(0L, 1)), 1e-6, "shortened");
        Goldens.AssertClose(Tensor.From(0.6f, 0.8f, 0.3f, 0.4f, 6, 8).Reshape(3, 2), layer.Weight, 1e-6, "table");
        Goldens.AssertClose(Tensor.From(0.6f, 0.8f).Reshape(1, 2), snapshot.Forward(Tensor.From(2L)), 1e-6, "snapshot");
        Assert.Equal([3f, 4, 0.3f, 0.4f, 6, 8], snapshot.Weight.ToArray<float>());
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        var layer = new Embedding(4, 2);
        Assert.Contains("4", Assert.Throws<ArgumentOutOfRangeException>(() => layer.Forward(Tensor.From(4L))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => layer.Forward(Tensor.From(-1L)));
        Assert.Contains("Float32", Assert.Throws<DTypeException>(() => layer.Forward(Tensor.Ones([2]))).Message, StringComparison.Ordinal);
        Assert.Contains("[4, 2]", Assert.Throws<ArgumentOutOfRangeException>(() => new Embedding(4, 2, paddingIndex: 4)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Embedding(-1, 2));
        Assert.Throws<ShapeException>(() => Embedding.FromPretrained(Tensor.Ones([3])));
        Assert.Throws<ShapeException>(() => new EmbeddingBag(4, 2).Forward(Tensor.Arange(3)));
        Assert.Throws<ArgumentException>(() => new EmbeddingBag(4, 2).Forward(Tensor.Arange(3), Tensor.From(0L), Tensor.Ones([3])));
    }
}
