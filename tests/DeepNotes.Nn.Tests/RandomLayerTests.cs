namespace DeepNotes.Nn.Tests;

/// <summary>Layers that draw while they train: what they draw, and that the gradient goes where the numbers went.</summary>
public sealed class RandomLayerTests
{
    [Theory]
    [InlineData(0.2)]
    [InlineData(0.5)]
    public void Dropout_keeps_its_share_and_the_mean(double probability)
    {
        Rng.Seed(1);
        Tensor x = Tensor.Ones([100, 200]);
        double[] y = new Dropout(probability).Forward(x).To(DType.Float64).ToArray<double>();
        Assert.Equal(probability, y.Count(v => v == 0) / 20000.0, 0.02);
        Assert.All(y, v => Assert.True(v == 0 || Math.Abs(v - 1 / (1 - probability)) < 1e-6));
    }

    public static IEnumerable<TheoryDataRow<Layer, int[], int>> Channels =>
    [
        new(new Dropout1d(0.4), [30, 20, 5], 2), new(new Dropout1d(0.4), [600, 5], 1),
        new(new Dropout2d(0.4), [30, 20, 3, 2], 2), new(new Dropout2d(0.4), [30, 20, 5], 2),
        new(new Dropout3d(0.4), [30, 20, 2, 2, 2], 2), new(new Dropout3d(0.4), [600, 2, 2, 2], 1),
        new(new FeatureAlphaDropout(0.4), [30, 20, 5], 2),
    ];

    [Theory, MemberData(nameof(Channels))]
    public void Channels_are_dropped_as_a_whole(Layer layer, int[] lengths, int leading)
    {
        Rng.Seed(2);
        Tensor x = Tensor.Ones(Shape.Create(lengths));
        x.RequiresGrad = true;
        Tensor y = layer.Forward(x);
        y.Sum().Backward();
        Tensor rows = y.Detach().Flatten(leading).Flatten(0, leading - 1), slopes = x.Grad!.Flatten(leading).Flatten(0, leading - 1);
        Assert.Equal(0, (rows - rows.Narrow(1, 0, 1)).Abs().Max().Item());
        Assert.Equal(0.4, slopes.Narrow(1, 0, 1).Eq(0).To(DType.Float32).Mean().Item(), 0.07);
        Assert.Equal(0, (slopes - slopes.Narrow(1, 0, 1)).Abs().Max().Item());
    }

    [Fact]
    public void Alpha_dropout_keeps_mean_and_variance()
    {
        Rng.Seed(3);
        Tensor y = new AlphaDropout(0.3).Forward(Tensor.Randn([400, 500]));
        Assert.Equal(0, y.Mean().Item(), 0.02);
        Assert.Equal(1, y.Var().Item(), 0.03);
    }

    [Fact]
    public void Random_slopes_lie_between_their_bounds_and_are_those_of_the_gradient()
    {
        Rng.Seed(4);
        Tensor x = Tensor.Full([10000], -1);
        x.RequiresGrad = true;
        Tensor y = new RReLU(0.2, 0.6).Forward(x);
        y.Sum().Backward();
        double[] slopes = x.Grad!.To(DType.Float64).ToArray<double>();
        Assert.All(slopes, s => Assert.InRange(s, 0.2, 0.6));
        Assert.Equal(0.4, slopes.Average(), 0.01);
        Goldens.AssertClose(-y.Detach(), x.Grad!, 0, "slope");
    }
}
