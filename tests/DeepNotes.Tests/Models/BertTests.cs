using DeepNotes.Models;
using DeepNotes.Nn;

namespace DeepNotes.Tests.Models;

public class BertTests
{
    private static readonly BertConfig Small = new(13, 12, 2, 3) { MaxPositions = 8, Dropout = 0 };

    [Fact]
    public void A_classifiers_keys_values_and_gradients_are_pytorchs()
    {
        BertClassifier model = new BertClassifier(Small, 4).To(DType.Float64);
        ModelGoldens.Check("bert", model, x => model.Forward(x[0], x[1], x[2]));
    }

    [Fact]
    public void A_language_models_keys_values_and_gradients_are_pytorchs()
    {
        BertMaskedLanguageModel model = new BertMaskedLanguageModel(Small with { Layers = 1, Heads = 2 }).To(DType.Float64);
        ModelGoldens.Check("bert_lm", model, x => model.Forward(x[0], x[1], x[2]));
    }

    [Fact]
    public void A_mask_of_numbers_hides_as_one_of_truths_and_types_are_the_first_unless_given()
    {
        var model = new Bert(Small);
        Tensor tokens = Tensor.From<long>([1, 2, 3, 0], [1, 4]), hidden = Tensor.From<long>([1, 1, 1, 0], [1, 4]);
        float[] whole = model.Forward(tokens.Slice(1, 0, 3)).ToArray<float>();
        float[] masked = model.Forward(tokens, hidden, Tensor.Zeros([1, 4], DType.Int64)).Slice(1, 0, 3).Contiguous().ToArray<float>();
        for (int i = 0; i < whole.Length; i++) Assert.Equal(whole[i], masked[i], 1e-5f);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var model = new Bert(Small);
        Tensor tokens = Tensor.Zeros([2, 4], DType.Int64);
        Assert.Throws<ArgumentException>(() => new Bert(Small with { Heads = 5 }));
        Assert.Throws<ShapeException>(() => model.Forward(Tensor.Zeros([3], DType.Int64)));
        Assert.Throws<ShapeException>(() => model.Forward(tokens, Tensor.Ones([4])));
        Assert.Throws<ShapeException>(() => model.Forward(tokens, null, Tensor.Zeros([2, 3], DType.Int64)));
        Assert.Throws<ShapeException>(() => model.Forward(Tensor.Zeros([1, 9], DType.Int64)));
    }
}
