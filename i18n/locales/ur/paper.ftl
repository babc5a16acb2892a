# Papers for the patient (handout, prescription): the only words that exist in all five languages.
# As a pharmacist would write them on a label. $count is the number as it is shown, $n the number that chooses the form.

title-handout = گھر لے جانے کے لیے ہدایات
title-prescription = نسخہ
comma = {"، "}

# Who and when
clinic = کلینک: { $what }
date = تاریخ: { $what }
name = نام: { $what }
age = عمر: { $what }
sex = جنس: { $what }
weight = وزن: { $what }
allergies = الرجی: { $what }
none-recorded = کچھ درج نہیں
age-years = { $count } سال
age-months = { $n ->
    [one] { $count } مہینہ
   *[other] { $count } مہینے
}
age-days = { $count } دن
sex-female = عورت
sex-male = مرد
pregnant = حاملہ
pregnant-weeks = حاملہ، { $count } ہفتے

# Parts
diagnosis = تشخیص
what = ہمارا خیال
what-unsure = ابھی یقین سے نہیں کہا جا سکتا کہ یہ کیا ہے۔
medicines = دوائیں
refer = ہسپتال جائیں
tests = ٹیسٹ
stop = یہ نہ لیں
advice = کیا کرنا ہے
return = دوبارہ کب آئیں
danger = فوراً واپس آئیں اگر
danger-signs = طبیعت بگڑے، پانی نہ پیا جائے، غنودگی یا گھبراہٹ ہو، سانس میں دقت ہو، یا آپ کو فکر ہو۔
traditional = روایتی علاج
allergy = الرجی
allergy-tell = ہر معالج کو بتائیں: آپ کو { $what } سے الرجی ہے۔
signed = نام، دستخط اور مہر
english-note = جو انگریزی میں لکھا ہے اس کا ترجمہ ابھی نہیں ہوا۔ اس کا مطلب پوچھ لیں۔

# One medicine
how = لینے کا طریقہ: { $what }
fill-dose = خوراک
fill-often = دن میں کتنی بار
fill-days = کتنے دن
dispense = کل مقدار: { $what }
dispense-days = { $days } کے لیے کل مقدار: { $what }
days = { $count } دن
for-days = { $count } دن تک
often-once = صرف ایک خوراک
often-times = دن میں { $n ->
    [1] ایک بار
    [2] دو بار
    [3] تین بار
    [4] چار بار
   *[other] { $count } بار
}
often-every = { $n ->
    [2] ایک دن چھوڑ کر، روزانہ نہیں
    [7] ہفتے میں ایک بار، روزانہ نہیں
   *[other] ہر { $count } دن بعد ایک خوراک، روزانہ نہیں
}

# Amounts
amount-ml = { $count } ملی لیٹر
unit-iu = { $count } یونٹ
unit-drop = { $n ->
    [one] { $count } قطرہ
   *[other] { $count } قطرے
}
unit-application = { $count } بار لگانا
over-minutes = { $amount }، { $n } منٹ میں
dose-first-then = { $first }، پھر { $second }
dose-every-hours = { $n ->
    [1] ہر گھنٹے
   *[other] ہر { $n } گھنٹے بعد
}
often-without-break = مسلسل
half-tablet = آدھی گولی
quarter-tablet = چوتھائی گولی
three-quarter-tablet = پونی گولی
unit-tablet = { $n ->
    [one] { $count } گولی
   *[other] { $count } گولیاں
}
unit-capsule = { $count } کیپسول
unit-sachet = { $n ->
    [one] { $count } پڑیا
   *[other] { $count } پڑیاں
}
unit-vial = { $n ->
    [one] { $count } شیشی
   *[other] { $count } شیشیاں
}
unit-puff = { $count } پف
unit-spray = { $count } سپرے
unit-suppository = { $n ->
    [one] { $count } سپوزیٹری
   *[other] { $count } سپوزیٹریاں
}
unit-nebule = { $n ->
    [one] نیبولائزر کی { $count } شیشی
   *[other] نیبولائزر کی { $count } شیشیاں
}
unit-tube = { $n ->
    [one] { $count } ٹیوب
   *[other] { $count } ٹیوبیں
}
unit-dose = { $n ->
    [one] { $count } خوراک
   *[other] { $count } خوراکیں
}

# Forms
form-tablet = گولی
form-dispersible-tablet = پانی میں حل ہونے والی گولی
form-capsule = کیپسول
form-syrup = شربت
form-injection = انجکشن
form-sachet = پڑیا
form-inhaler = انہیلر
form-nebuliser-solution = نیبولائزر کی دوا
form-cream = کریم
form-ointment = مرہم
form-lotion = لوشن
form-drops = قطرے
form-spray = سپرے
form-suppository = سپوزیٹری
form-rectal-solution = مقعد میں ڈالنے کی دوا
form-gas = گیس

# Routes
route-oral = منہ سے
route-im = پٹھے میں
route-iv = رگ میں
route-sc = جلد کے نیچے
route-inhaled = سانس کے ساتھ اندر
route-topical = جلد پر
route-id = جلد کے اندر
route-wound = زخم میں اور اس کے گرد
route-mouth = منہ میں، نگلے بغیر
route-ear = کان میں
route-rectal = مقعد میں
route-nasal = ناک میں
route-eye = آنکھ میں
route-vaginal = اندام نہانی میں
route-sublingual = زبان کے نیچے

# What a pack often says of taking it
take-with-food = کھانے کے ساتھ
take-after-food = کھانے کے بعد
take-empty-stomach = خالی پیٹ
take-between-meals = دو کھانوں کے درمیان
take-with-water = پانی کے ساتھ
take-food-water = کھانے اور پانی کے پورے گلاس کے ساتھ
take-sitting-up = بیٹھ کر
take-whole = ثابت نگلیں
take-bedtime = سوتے وقت
take-morning = صبح
take-morning-food = صبح کھانے کے ساتھ
take-drink = پانی زیادہ پئیں

# What stands behind a remedy
label-strong = تحقیق سے اچھی طرح ثابت
label-moderate = کچھ تحقیق اس کے حق میں ہے
label-weak = تحقیق سے کم تائید
label-expert = تجربے پر مبنی، تحقیق پر نہیں
label-traditional-use = روایتی استعمال، تحقیق سے ثابت نہیں
