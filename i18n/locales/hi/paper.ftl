# Papers for the patient (handout, prescription): the only words that exist in all five languages.
# As a pharmacist would write them on a label. $count is the number as it is shown, $n the number that chooses the form.

title-handout = घर ले जाने के लिए सलाह
title-prescription = दवा का पर्चा
comma = {", "}

# Who and when
clinic = क्लिनिक: { $what }
date = तारीख: { $what }
name = नाम: { $what }
age = उम्र: { $what }
sex = लिंग: { $what }
weight = वज़न: { $what }
allergies = एलर्जी: { $what }
none-recorded = कुछ दर्ज नहीं
age-years = { $count } साल
age-months = { $n ->
    [one] { $count } महीना
   *[other] { $count } महीने
}
age-days = { $count } दिन
sex-female = महिला
sex-male = पुरुष
pregnant = गर्भवती
pregnant-weeks = गर्भवती, { $count } हफ़्ते

# Parts
diagnosis = बीमारी की पहचान
what = हमारा विचार
what-unsure = अभी पक्का नहीं है कि यह क्या है।
medicines = दवाएँ
refer = अस्पताल जाएँ
tests = जाँचें
stop = यह न लें
advice = क्या करना है
return = दोबारा कब आएँ
danger = तुरंत वापस आएँ अगर
danger-signs = हालत बिगड़े, पानी न पिया जाए, बहुत सुस्ती या उलझन हो, साँस लेने में तकलीफ़ हो, या आपको चिंता हो।
traditional = पारंपरिक इलाज
allergy = एलर्जी
allergy-tell = हर इलाज करने वाले को बताएँ: आपको { $what } से एलर्जी है।
signed = नाम, हस्ताक्षर और मुहर
english-note = जो अंग्रेज़ी में लिखा है उसका अनुवाद अभी नहीं हुआ है। उसका मतलब पूछ लें।

# One medicine
how = लेने का तरीका: { $what }
fill-dose = खुराक
fill-often = दिन में कितनी बार
fill-days = कितने दिन
dispense = कुल मात्रा: { $what }
dispense-days = { $days } के लिए कुल मात्रा: { $what }
days = { $count } दिन
for-days = { $count } दिन तक
often-once = सिर्फ़ एक खुराक
often-times = दिन में { $n ->
    [1] एक बार
    [2] दो बार
    [3] तीन बार
    [4] चार बार
   *[other] { $count } बार
}
often-every = { $n ->
    [2] एक दिन छोड़कर, रोज़ नहीं
    [7] हफ़्ते में एक बार, रोज़ नहीं
   *[other] हर { $count } दिन में एक खुराक, रोज़ नहीं
}

# Amounts
amount-ml = { $count } मि.ली.
unit-iu = { $count } यूनिट
unit-drop = { $n ->
    [one] { $count } बूँद
   *[other] { $count } बूँदें
}
unit-application = { $count } बार लगाना
over-minutes = { $amount }, { $n } मिनट में
dose-first-then = { $first }, फिर { $second }
dose-every-hours = { $n ->
    [1] हर घंटे
   *[other] हर { $n } घंटे में
}
often-without-break = लगातार
half-tablet = आधी गोली
quarter-tablet = चौथाई गोली
three-quarter-tablet = पौनी गोली
unit-tablet = { $n ->
    [one] { $count } गोली
   *[other] { $count } गोलियाँ
}
unit-capsule = { $count } कैप्सूल
unit-sachet = { $n ->
    [one] { $count } पुड़िया
   *[other] { $count } पुड़ियाँ
}
unit-vial = { $n ->
    [one] { $count } शीशी
   *[other] { $count } शीशियाँ
}
unit-puff = { $count } पफ़
unit-spray = { $count } स्प्रे
unit-suppository = { $n ->
    [one] { $count } सपोज़िटरी
   *[other] { $count } सपोज़िटरियाँ
}
unit-nebule = { $n ->
    [one] नेबुलाइज़र की { $count } शीशी
   *[other] नेबुलाइज़र की { $count } शीशियाँ
}
unit-tube = { $n ->
    [one] { $count } ट्यूब
   *[other] { $count } ट्यूबें
}
unit-dose = { $n ->
    [one] { $count } खुराक
   *[other] { $count } खुराकें
}

# Forms
form-tablet = गोली
form-dispersible-tablet = पानी में घुलने वाली गोली
form-capsule = कैप्सूल
form-syrup = सिरप
form-injection = इंजेक्शन
form-sachet = पुड़िया
form-inhaler = इनहेलर
form-nebuliser-solution = नेबुलाइज़र की दवा
form-cream = क्रीम
form-ointment = मरहम
form-lotion = लोशन
form-drops = ड्रॉप्स
form-spray = स्प्रे
form-suppository = सपोज़िटरी
form-rectal-solution = गुदा में डालने की दवा
form-gas = गैस

# Routes
route-oral = मुँह से
route-im = मांसपेशी में
route-iv = नस में
route-sc = त्वचा के नीचे
route-inhaled = साँस से अंदर
route-topical = त्वचा पर
route-id = त्वचा के भीतर
route-wound = घाव में और उसके आसपास
route-mouth = मुँह में, निगले बिना
route-ear = कान में
route-rectal = गुदा में
route-nasal = नाक में
route-eye = आँख में
route-vaginal = योनि में
route-sublingual = जीभ के नीचे

# What a pack often says of taking it
take-with-food = खाने के साथ
take-after-food = खाने के बाद
take-empty-stomach = खाली पेट
take-between-meals = दो खानों के बीच
take-with-water = पानी के साथ
take-food-water = खाने और पूरे गिलास पानी के साथ
take-sitting-up = बैठकर
take-whole = साबुत निगलें
take-bedtime = सोते समय
take-morning = सुबह
take-morning-food = सुबह खाने के साथ
take-drink = पानी खूब पिएँ

# What stands behind a remedy
label-strong = अध्ययनों से अच्छी तरह प्रमाणित
label-moderate = कुछ अध्ययन इसके पक्ष में हैं
label-weak = अध्ययनों का समर्थन कम है
label-expert = अनुभव पर आधारित, अध्ययनों पर नहीं
label-traditional-use = पारंपरिक उपयोग, अध्ययनों से प्रमाणित नहीं
