# Papers for the patient (handout, prescription): the only words that exist in all five languages.
# As a pharmacist would write them on a label. $count is the number as it is shown, $n the number that chooses the form.

title-handout = Conseils à emporter chez vous
title-prescription = Ordonnance
comma = {", "}

# Who and when
clinic = Centre de soins : { $what }
date = Date : { $what }
name = Nom : { $what }
age = Âge : { $what }
sex = Sexe : { $what }
weight = Poids : { $what }
allergies = Allergies : { $what }
none-recorded = aucune notée
age-years = { $n ->
    [one] { $count } an
   *[other] { $count } ans
}
age-months = { $count } mois
age-days = { $n ->
    [one] { $count } jour
   *[other] { $count } jours
}
sex-female = féminin
sex-male = masculin
pregnant = Enceinte
pregnant-weeks = Enceinte, { $count } semaines

# Parts
diagnosis = Diagnostic
what = Ce que nous pensons
what-unsure = Nous ne savons pas encore avec certitude ce que c’est.
medicines = Médicaments
refer = Allez à l’hôpital
tests = Examens
stop = Ne prenez pas
advice = Ce qu’il faut faire
return = Revenez
danger = Revenez tout de suite si
danger-signs = votre état s’aggrave, vous n’arrivez pas à boire, vous êtes somnolent ou confus, vous respirez mal, ou vous êtes inquiet.
traditional = Soins traditionnels
allergy = Allergies
allergy-tell = Dites à tous ceux qui vous soignent que vous êtes allergique à : { $what }.
signed = Nom, signature et cachet
english-note = Ce qui est en anglais n’est pas encore traduit. Demandez qu’on vous l’explique.

# One medicine
how = Mode d’emploi : { $what }
fill-dose = Dose
fill-often = Nombre de prises
fill-days = Durée
dispense = Quantité à délivrer : { $what }
dispense-days = Quantité à délivrer pour { $days } : { $what }
days = { $n ->
    [one] { $count } jour
   *[other] { $count } jours
}
for-days = { $n ->
    [one] pendant { $count } jour
   *[other] pendant { $count } jours
}
often-once = une seule dose
often-times = { $n ->
    [1] une fois par jour
   *[other] { $count } fois par jour
}
often-every = { $n ->
    [2] un jour sur deux, PAS tous les jours
    [7] une fois par semaine, PAS tous les jours
   *[other] une dose tous les { $count } jours, PAS tous les jours
}

# Amounts
amount-ml = { $count } mL
unit-iu = { $n ->
    [one] { $count } unité
   *[other] { $count } unités
}
unit-drop = { $n ->
    [one] { $count } goutte
   *[other] { $count } gouttes
}
unit-application = { $n ->
    [one] { $count } application
   *[other] { $count } applications
}
over-minutes = { $amount } en { $n ->
    [one] { $n } minute
   *[other] { $n } minutes
}
dose-first-then = { $first }, puis { $second }
dose-every-hours = { $n ->
    [1] toutes les heures
   *[other] toutes les { $n } heures
}
often-without-break = sans interruption
half-tablet = un demi-comprimé
quarter-tablet = un quart de comprimé
three-quarter-tablet = trois quarts de comprimé
unit-tablet = { $n ->
    [one] { $count } comprimé
   *[other] { $count } comprimés
}
unit-capsule = { $n ->
    [one] { $count } gélule
   *[other] { $count } gélules
}
unit-sachet = { $n ->
    [one] { $count } sachet
   *[other] { $count } sachets
}
unit-vial = { $n ->
    [one] { $count } flacon
   *[other] { $count } flacons
}
unit-puff = { $n ->
    [one] { $count } bouffée
   *[other] { $count } bouffées
}
unit-spray = { $n ->
    [one] { $count } pulvérisation
   *[other] { $count } pulvérisations
}
unit-suppository = { $n ->
    [one] { $count } suppositoire
   *[other] { $count } suppositoires
}
unit-nebule = { $n ->
    [one] { $count } unidose
   *[other] { $count } unidoses
}
unit-tube = { $n ->
    [one] { $count } tube
   *[other] { $count } tubes
}
unit-dose = { $n ->
    [one] { $count } dose
   *[other] { $count } doses
}

# Forms
form-tablet = comprimé
form-dispersible-tablet = comprimé dispersible
form-capsule = gélule
form-syrup = sirop
form-injection = solution injectable
form-sachet = sachet
form-inhaler = inhalateur
form-nebuliser-solution = solution pour nébulisation
form-cream = crème
form-ointment = pommade
form-lotion = lotion
form-drops = gouttes
form-spray = spray
form-suppository = suppositoire
form-rectal-solution = solution rectale
form-gas = gaz

# Routes
route-oral = par la bouche
route-im = dans le muscle
route-iv = dans la veine
route-sc = sous la peau
route-inhaled = à inhaler
route-topical = sur la peau
route-id = dans la peau
route-wound = dans la plaie et autour
route-mouth = dans la bouche, sans avaler
route-ear = dans l’oreille
route-rectal = par voie rectale
route-nasal = dans le nez
route-eye = dans l’œil
route-vaginal = par voie vaginale
route-sublingual = sous la langue

# What a pack often says of taking it
take-with-food = avec de la nourriture
take-after-food = après le repas
take-empty-stomach = à jeun
take-between-meals = entre les repas
take-with-water = avec de l’eau
take-food-water = avec de la nourriture et un grand verre d’eau
take-sitting-up = en position assise
take-whole = à avaler sans croquer
take-bedtime = au coucher
take-morning = le matin
take-morning-food = le matin avec de la nourriture
take-drink = en buvant beaucoup

# What stands behind a remedy
label-strong = bien confirmé par des études
label-moderate = confirmé par quelques études
label-weak = peu confirmé par des études
label-expert = fondé sur l’expérience, non sur des études
label-traditional-use = usage traditionnel, non démontré par des études
